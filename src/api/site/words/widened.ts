/** The shape of a catalogue: each text may be another, each function takes the same; what one language has, every language must have. */
export type Widened<Words> = {
  readonly [Key in keyof Words]: Words[Key] extends string
    ? string
    : Words[Key] extends (...parameters: infer Parameters) => string
      ? (...parameters: Parameters) => string
      : Words[Key] extends readonly string[]
        ? readonly string[]
        : Widened<Words[Key]>
}
