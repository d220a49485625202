/** What the tests use of it. The package's own types bring the browser's globals into every file, where they hide Node's. */
declare module "jsdom" {
  interface DomElement {
    readonly tagName: string;
    readonly textContent: string | null;
    getAttribute(name: string): string | null;
    querySelectorAll(selector: string): ArrayLike<DomElement> & Iterable<DomElement>;
  }
  interface DomDocument extends Pick<DomElement, "querySelectorAll"> {
    readonly documentElement: DomElement;
    getElementById(id: string): DomElement | null;
  }
  export class JSDOM {
    constructor(text: string, options?: { readonly contentType?: string });
    readonly window: { readonly document: DomDocument };
  }
}
