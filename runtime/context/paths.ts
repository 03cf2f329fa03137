/** Paths as node:path has them, without the 10 ms that loading it takes: every command waits for these.
 *  On Windows they are node:path's own. @module */

interface Paths {
  join(...parts: string[]): string;
  resolve(...parts: string[]): string;
  relative(from: string, to: string): string;
  dirname(path: string): string;
  basename(path: string, suffix?: string): string;
  isAbsolute(path: string): boolean;
}

/** Those of a system with `/` in its paths, whichever this one is. */
export const posix: Paths = {
  join(...parts) {
    return normalized(parts.filter((part) => part !== "").join("/") || ".");
  },
  resolve(...parts) {
    let path = "";
    for (const part of parts.toReversed()) {
      if (path.startsWith("/")) break;
      if (part !== "") path = path === "" ? part : `${part}/${path}`;
    }
    if (!path.startsWith("/")) path = `${Deno.cwd()}/${path}`;
    return withoutEnd(normalized(path));
  },
  relative(from, to) {
    const start = namesIn(posix.resolve(from));
    const end = namesIn(posix.resolve(to));
    let shared = 0;
    while (shared < start.length && start[shared] === end[shared]) shared += 1;
    return [...start.slice(shared).map(() => ".."), ...end.slice(shared)].join("/");
  },
  dirname(path) {
    const cut = withoutEnd(path);
    const slash = cut.lastIndexOf("/");
    if (slash < 0) return path.startsWith("/") ? "/" : ".";
    return slash === 0 ? "/" : cut.slice(0, slash);
  },
  basename(path, suffix = "") {
    const cut = withoutEnd(path);
    const name = cut.slice(cut.lastIndexOf("/") + 1);
    return name !== suffix && name.endsWith(suffix)
      ? name.slice(0, name.length - suffix.length)
      : name;
  },
  isAbsolute: (path) => path.startsWith("/"),
};

/** Without `.`, without `..` where something stands before it, and with single slashes. */
function normalized(path: string): string {
  const isAbsolute = path.startsWith("/");
  const kept: string[] = [];
  for (const name of namesIn(path)) {
    if (name === ".") continue;
    if (name !== "..") kept.push(name);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isAbsolute) kept.push(name);
  }
  const inside = kept.join("/");
  if (isAbsolute) return `/${inside}${path.endsWith("/") && inside !== "" ? "/" : ""}`;
  if (inside === "") return path.endsWith("/") ? "./" : ".";
  return path.endsWith("/") ? `${inside}/` : inside;
}

function namesIn(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}

function withoutEnd(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end -= 1;
  return path.slice(0, end);
}

export const { join, resolve, relative, dirname, basename, isAbsolute }: Paths =
  Deno.build.os === "windows" ? await import("node:path") : posix;
