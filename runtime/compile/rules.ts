/** Everything that makes a notebook no pipeline, beyond its syntax. @module */
import { reportBlockNames } from "./rules_blocks.ts";
import { reportDuplicates } from "./rules_duplicates.ts";
import { reportOrder } from "./rules_order.ts";
import { reportParameters } from "./rules_parameters.ts";
import { reportReads } from "./rules_reads.ts";
import type { Program } from "./program.ts";
import type { Reach } from "./reach.ts";
import type { Report } from "./report.ts";

/** Reports every error of names, order and headers. */
export function reportErrors(program: Program, reach: Reach, report: Report): void {
  reportBlockNames(program, reach, report);
  reportParameters(program, report);
  reportDuplicates(program, reach, report);
  reportReads(program, reach, report);
  reportOrder(program, reach, report);
}
