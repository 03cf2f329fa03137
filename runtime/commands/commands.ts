/** Every command by name: a line for the overview, and how its file is loaded. @module */
import type { Command } from "./arguments/command.ts";
import type { Parsed } from "./arguments/parse.ts";
import type { ExitCode } from "./exit_code.ts";
import type { Place } from "./place.ts";

/** What a command does once its arguments are parsed. */
export type Act = (place: Place, parsed: Parsed) => Promise<ExitCode>;

/** Spells out a command's arguments and options, and returns what it does. */
export type Declare = (command: Command) => Act;

/** A command before it is loaded. */
export interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly declare: Declare }>;
  /** Whether it needs notebooks and Deno, which an executable is without. */
  readonly needsSources?: true;
}

/** The commands, in the order that the overview shows them. */
export const COMMANDS = {
  demo: {
    summary: "run the taxi pipeline on a file made here",
    load: () => import("./demo.ts"),
    needsSources: true,
  },
  run: { summary: "run a pipeline", load: () => import("./run.ts") },
  list: { summary: "list the project's pipelines", load: () => import("./list.ts") },
  runs: { summary: "list the latest runs", load: () => import("./runs.ts") },
  logs: { summary: "show what a run did and printed", load: () => import("./logs.ts") },
  resume: { summary: "go on with a run that did not complete", load: () => import("./resume.ts") },
  serve: { summary: "serve the project's pipelines", load: () => import("./serve.ts") },
  trigger: { summary: "fire a trigger by hand", load: () => import("./trigger.ts") },
  triggers: { summary: "list what runs by itself", load: () => import("./triggers.ts") },
  backfill: {
    summary: "run a pipeline for each date of a span",
    load: () => import("./backfill.ts"),
  },
  backfills: { summary: "list the latest backfills", load: () => import("./backfills.ts") },
  cancel: { summary: "end a run or a backfill", load: () => import("./cancel.ts") },
  retry: { summary: "run an ended run anew", load: () => import("./retry.ts") },
  check: {
    summary: "compile and type-check notebooks",
    load: () => import("./check.ts"),
    needsSources: true,
  },
  graph: { summary: "draw a pipeline as Mermaid", load: () => import("./graph.ts") },
  new: {
    summary: "make a pipeline from a template",
    load: () => import("./new.ts"),
    needsSources: true,
  },
  clone: {
    summary: "copy a pipeline under a new name",
    load: () => import("./clone.ts"),
    needsSources: true,
  },
  rename: {
    summary: "rename a pipeline, with its history",
    load: () => import("./rename.ts"),
    needsSources: true,
  },
  init: {
    summary: "make a project of its own",
    load: () => import("./init.ts"),
    needsSources: true,
  },
  compile: {
    summary: "make one executable of pipelines, server and command line",
    load: () => import("./compile.ts"),
    needsSources: true,
  },
  clean: { summary: "remove what can be made again", load: () => import("./clean.ts") },
  completions: {
    summary: "print a shell's completion script",
    load: () => import("./completions.ts"),
    needsSources: true,
  },
} as const satisfies Record<string, CommandEntry>;

export type CommandName = keyof typeof COMMANDS;
