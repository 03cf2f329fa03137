/** Lets grpc-js connect to hosts by their names. By itself it looks names up and connects to addresses, which
 *  a run may not that is allowed hosts by name. @module */
import type { experimental } from "@grpc/grpc-js";

/** Begins the targets that are connected to by name: `host:bigquerystorage.googleapis.com:443`. */
const SCHEME = "host";

/** The target for a host and its port, which grpc-js then knows what to do with.
 *
 * @param grpc the library, loaded */
export function namedTarget(grpc: typeof import("@grpc/grpc-js"), url: URL): string {
  const { registerResolver, splitHostPort, statusOrFromValue } = grpc.experimental;

  class ByName implements experimental.Resolver {
    readonly #tell: () => void;
    /** One answer is enough, and a second would make the connection be tried again at once. */
    #isTold = false;

    constructor({ path }: experimental.GrpcUri, listener: experimental.ResolverListener) {
      const { host, port = 443 } = splitHostPort(path)!;
      const found = statusOrFromValue([{ addresses: [{ host, port }] }]);
      this.#tell = () => this.#isTold && listener(found, {}, null, "");
    }

    updateResolution(): void {
      if (this.#isTold) return;
      this.#isTold = true;
      queueMicrotask(this.#tell);
    }

    destroy(): void {
      this.#isTold = false;
    }

    static getDefaultAuthority({ path }: experimental.GrpcUri): string {
      return path;
    }
  }

  registerResolver(SCHEME, ByName);
  return `${SCHEME}:${url.host}`;
}
