/** A key of a subject that cannot be used: it is not there though nobody destroyed it, or it was destroyed. */
export class SubjectKeyError extends Error {
  readonly code: 'SUBJECT_KEY_MISSING' | 'SUBJECT_DESTROYED'
  constructor(code: SubjectKeyError['code']) {
    super(code)
    this.name = 'SubjectKeyError'
    this.code = code
  }
}
