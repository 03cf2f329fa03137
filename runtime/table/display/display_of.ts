/** How Sluice displays a value. @module */
export async function displayOf(_value: unknown): Promise<Record<string, unknown> | undefined> {
  return await undefined;
}
