/** A file URL's path, without the 20 ms that loading node:url takes. @module */

/** The absolute path of a `file:` URL on a system with `/` in its paths. */
export function fromFileUrl(url: URL): string {
  return decodeURIComponent(url.pathname.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"));
}

/** The `file:` URL of an absolute path. */
export function toFileUrl(path: string): URL {
  const url = new URL("file:///");
  url.pathname = path.replaceAll("%", "%25").replaceAll("\\", "%5C").replaceAll("?", "%3F")
    .replaceAll("#", "%23").replaceAll("\n", "%0A").replaceAll("\t", "%09");
  return url;
}
