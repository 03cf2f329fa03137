/** What `until()` ends a sensor's attempt with. @module */

/** Ends a sensor's attempt as "not yet"; the run calls the block again after `everyMs`. */
export class NotYet extends Error {
  override readonly name = "NotYet";
  constructor(readonly everyMs: number) {
    super("what the sensor waits for is not there yet");
  }
}
