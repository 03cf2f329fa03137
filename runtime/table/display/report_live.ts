/** What becomes of a live cell's reports: they are shown under the cell. @module */
import type { ScopeEvent } from "../../context/scope.ts";

export function reportLive(_event: ScopeEvent): void {
}
