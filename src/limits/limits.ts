import type { Admission, LimitBook, Subject } from './limit-book.ts'

/** Where calls get and give back their permits; an answer that has to be asked for elsewhere is a promise, which never rejects. */
export type Limits = Pick<LimitBook, 'readmit' | 'end' | 'giveBack' | 'report' | 'sweep'> & {
  readonly admit: (subjects: readonly Subject[], tokens: number, isPart?: boolean) => Admission | Promise<Admission>
}
