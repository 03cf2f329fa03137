/** Reads what a notebook's own metadata says under `sluice`. @module */
import { suggestion } from "../table/nearest.ts";
import { CompileError } from "./compile_error.ts";
import type { Permissions } from "./notebook.ts";

const KEYS = ["description", "permissions"];
const PERMISSIONS = ["read", "write", "net", "env", "run", "ffi", "sys"];

export interface NotebookMetadata {
  readonly description: string | undefined;
  readonly permissions: Permissions | undefined;
}

/** The description and permissions in `sluice`, the notebook's metadata of that name. */
export function parseMetadata(
  sluice: unknown,
  path: string,
  errors: CompileError[],
): NotebookMetadata {
  const report = (text: string) =>
    errors.push(new CompileError(path, {}, `its metadata has ${text}`));
  const metadata = sluice === undefined ? {} : asRecord(sluice);
  if (metadata === undefined) report(`\`sluice\`: ${JSON.stringify(sluice)}; write an object`);
  for (const key of Object.keys(metadata ?? {})) {
    if (!KEYS.includes(key)) {
      report(
        `the unknown key \`sluice.${key}\`${
          suggestion(key, KEYS) || `; there are ${KEYS.join(", ")}`
        }`,
      );
    }
  }
  const description = metadata?.description;
  if (description !== undefined && typeof description !== "string") {
    report(`\`sluice.description\`: ${JSON.stringify(description)}; write a text`);
  }
  return {
    description: typeof description === "string" ? description : undefined,
    permissions: parsePermissions(metadata?.permissions, report),
  };
}

function parsePermissions(value: unknown, report: (text: string) => void): Permissions | undefined {
  if (value === undefined) return undefined;
  const permissions = asRecord(value);
  if (permissions === undefined) {
    report(`\`sluice.permissions\`: ${JSON.stringify(value)}; write { "net": ["host"], … }`);
    return undefined;
  }
  for (const [name, granted] of Object.entries(permissions)) {
    if (!PERMISSIONS.includes(name)) {
      report(
        `the unknown permission \`${name}\`${
          suggestion(name, PERMISSIONS) || `; there are ${PERMISSIONS.join(", ")}`
        }`,
      );
    } else if (typeof granted !== "boolean" && !isTexts(granted)) {
      report(
        `\`sluice.permissions.${name}\`: ${
          JSON.stringify(granted)
        }; write true, false or a list of texts`,
      );
    }
  }
  return permissions as Permissions;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}
