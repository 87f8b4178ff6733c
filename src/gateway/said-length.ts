import type { CallRequest } from './call-request.ts'

/** How many bytes a request says that its body has; undefined where it does not say. */
export function saidLengthOf({ bodyLength, headers }: Pick<CallRequest, 'bodyLength' | 'headers'>): number | undefined {
  if (bodyLength !== undefined) return bodyLength
  const told = headers['content-length']
  return told === undefined ? undefined : Number(told)
}
