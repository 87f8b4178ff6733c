import type { Json, ProtocolName } from '../../../src/translation/index.ts'

/** By protocol and name, what has `n` of something in it. */
export type Shapes<Made = Json> = Readonly<Record<ProtocolName, Readonly<Record<string, (n: number) => Made>>>>

export const many = <One>(n: number, make: (index: number) => One): readonly One[] => Array.from({ length: n }, (_, index) => make(index))
