/** What a block fails with whose elements did. @module */

/** Elements failed after all of their tries; holds the error of each. */
export class ElementsFailed extends AggregateError {
  override readonly name = "ElementsFailed";
}
