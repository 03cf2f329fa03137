/** Tells people how runs ended, by the rules of sluice.yaml. Each alert is in the history's outbox before it is
 *  sent, in one transaction with the note that its run was seen: none is forgotten over a restart, and
 *  one is sent twice only where Sluice was killed between sending and writing so. @module */
import type { AlertOutbox, AlertRow, NewAlert } from "../store/alerts.ts";
import type { TriggerStates } from "../store/trigger_state.ts";
import type { RunStore } from "../run/run_store.ts";
import type { AlertOccasion, AlertRule, Alerts } from "./alert_rules.ts";
import { type Clock, repeat, type Repeating, systemClock } from "./clock.ts";
import { sendAlert } from "./send_alert.ts";

export interface AlertOptions {
  readonly projectFolder: string;
  readonly store: AlertOutbox & TriggerStates & Pick<RunStore, "findRun">;
  /** The alerts of sluice.yaml as they are now. */
  readonly alerts: () => Alerts | Promise<Alerts>;
  readonly clock?: Clock;
  /** Told of alerts that could not be sent; they are tried again. */
  readonly onError?: (error: unknown) => void;
}

const READER = "alerts";
const LOOK_MS = 500;
const AT_ONCE = 100;
const FIRST_DELAY_MS = 5_000;
/** From five seconds on, doubled: the last of these tries is some three hours after the first. */
const TRIES = 12;

/** Sends alerts until it is closed. */
export function startAlerts(options: AlertOptions): Repeating {
  const { clock = systemClock, onError = () => {} } = options;
  const own = { ...options, clock, onError };
  return repeat(() => lookForAlerts(own), { clock, everyMs: LOOK_MS, onError });
}

/** Writes down what is to be told since the last look, and sends what is due. */
export async function lookForAlerts(options: Required<AlertOptions>): Promise<void> {
  const alerts = await options.alerts();
  await noteEnds(alerts, options);
  await noteMissed(alerts, options);
  await sendDue(alerts, options);
}

async function noteEnds({ rules }: Alerts, { store, clock }: Required<AlertOptions>) {
  const now = clock.now();
  const place = await store.openCursor(READER);
  const ends = await store.listEndedRuns(place, AT_ONCE, now);
  const last = ends.at(-1);
  if (!last) return;
  const found = ends.flatMap(({ number, run, pipeline, status, goesOn }) => {
    if (goesOn || (status !== "failed" && status !== "completed")) return [];
    return alertsFor(rules, { occasion: status, run, pipeline, key: `end ${number}` });
  });
  await store.addAlerts(found, now, { reader: READER, number: last.number });
}

async function noteMissed({ rules }: Alerts, { store, clock }: Required<AlertOptions>) {
  const now = clock.now();
  const missed = await store.listMissedDeadlines(now);
  if (missed.length === 0) return;
  const found: NewAlert[] = [];
  for (const run of missed) {
    const pipeline = (await store.findRun(run))?.pipeline ?? "";
    found.push(
      ...alertsFor(rules, { occasion: "missed_sla", run, pipeline, key: `deadline ${run}` }),
    );
  }
  await store.addAlerts(found, now);
  await store.forgetDeadlines(missed);
}

function alertsFor(
  rules: readonly AlertRule[],
  { occasion, run, pipeline, key }: {
    readonly occasion: AlertOccasion;
    readonly run: string;
    readonly pipeline: string;
    readonly key: string;
  },
): readonly NewAlert[] {
  return rules.flatMap((rule, index) => {
    const isWanted = rule.on.includes(occasion) &&
      (rule.pipelines.length === 0 || rule.pipelines.includes(pipeline));
    return isWanted ? [{ key: `${key} rule ${index}`, run, occasion, rule }] : [];
  });
}

async function sendDue(
  { smtp }: Alerts,
  { projectFolder, store, clock, onError }: Required<AlertOptions>,
): Promise<void> {
  const due = await store.listDueAlerts(clock.now(), AT_ONCE);
  await Promise.all(due.map(async (alert) => {
    try {
      const run = await store.findRun(alert.run);
      if (run) await sendAlert(alert, { run, smtp, projectFolder });
      await store.markAlertSent(alert.id, clock.now());
    } catch (error) {
      const message = (error as Error).message;
      await store.markAlertFailed(alert.id, message, nextTry(alert, clock.now()));
      onError(error);
    }
  }));
}

function nextTry({ attempts }: AlertRow, now: number): number | null {
  return attempts + 1 >= TRIES ? null : now + FIRST_DELAY_MS * 2 ** attempts;
}
