/** Whether what was thrown is an error of the file system with this code, as ENOENT. */
export const hasCode = (thrown: unknown, code: string): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === code
