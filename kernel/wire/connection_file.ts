/** The file in which Jupyter tells a kernel its ports and its key. @module */

/** What a connection file says. */
export interface ConnectionFile {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly signature_scheme: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
}

/** Reads the connection file at `path`.
 *
 * @throws {Error} when it asks for what this kernel does not speak. */
export async function readConnectionFile(path: string): Promise<ConnectionFile> {
  const connection = JSON.parse(await Deno.readTextFile(path)) as ConnectionFile;
  if (connection.transport !== "tcp") {
    throw new Error(
      `Cannot start the kernel: ${path} asks for the transport ${connection.transport}; use tcp`,
    );
  }
  if (connection.key !== "" && connection.signature_scheme !== "hmac-sha256") {
    throw new Error(
      `Cannot start the kernel: ${path} asks for ${connection.signature_scheme} signatures; use hmac-sha256`,
    );
  }
  return connection;
}

/** A connection of our own on free ports of this machine, for the kernel inside. */
export function newConnection(): ConnectionFile {
  const listeners = Array.from(
    { length: 5 },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = listeners.map((listener) =>
    (listener.addr as Deno.NetAddr).port
  ) as [number, number, number, number, number];
  for (const listener of listeners) listener.close();
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    key: crypto.randomUUID(),
    signature_scheme: "hmac-sha256",
    shell_port,
    iopub_port,
    stdin_port,
    control_port,
    hb_port,
  };
}
