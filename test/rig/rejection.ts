/** The error that a promise rejects with; an error of its own when it does not. */
export async function rejection(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected a rejection, got a result");
}
