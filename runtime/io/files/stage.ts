export async function recoverDataset(_path: string): Promise<void> {}
