/** Parses one cell's TypeScript: its syntax tree, and its syntax errors in our words. @module */
import { parse } from "@babel/parser";
import type { SyntaxElement } from "./syntax.ts";

export interface ParsedCell {
  readonly program: SyntaxElement;
  readonly comments: readonly (SyntaxElement & { readonly value: string })[];
}

/** Adds an error at an offset of the cell's source. */
export type ReportAt = (offset: number, text: string) => void;

interface ParserError {
  readonly message: string;
  readonly reasonCode?: string;
  readonly pos?: number;
  readonly loc?: { readonly index?: number };
}

const MENDS: Readonly<Record<string, string>> = {
  IllegalReturn: "a cell cannot `return`; end a block early with `when(condition)`",
  ImportMetaOutsideModule: "a cell has no `import.meta`",
  AwaitNotInAsyncContext: "`await` stands in a function that is not async; make it `async`",
};

/** The tree of `source`, or undefined where the parser could make nothing of it. */
export function parseCell(source: string, report: ReportAt): ParsedCell | undefined {
  try {
    const file = parse(source, {
      sourceType: "module",
      errorRecovery: true,
      allowUndeclaredExports: true,
      ranges: true,
      plugins: ["estree", "typescript", "decorators"],
    });
    for (const error of (file.errors ?? []) as unknown as ParserError[]) reportError(error, report);
    return {
      program: file.program as unknown as SyntaxElement,
      comments: (file.comments ?? []) as unknown as ParsedCell["comments"],
    };
  } catch (error) {
    reportError(error as ParserError, report);
    return undefined;
  }
}

function reportError(error: ParserError, report: ReportAt): void {
  if (error.pos === undefined) throw error;
  const message = error.message.split("\n")[0]?.replace(/\s*\(\d+:\d+\)$/, "").replace(/\.$/, "");
  report(
    error.pos,
    MENDS[error.reasonCode ?? ""] ?? `does not parse: ${lowerFirst(message ?? "")}`,
  );
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]?.toLowerCase() + text.slice(1) : text;
}
