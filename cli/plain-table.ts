/** Tables without colours, which are noise in a log, and without lines between rows. */
export const plainTable = { style: { head: [], border: [], compact: true } };
