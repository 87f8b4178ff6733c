/** Silence after which somebody has spoken: half a second. */
const SILENT_BYTES = 24_000

/** What happens while sound comes in. */
export type Heard = 'speech-started' | 'speech-stopped'

/** Tells speech from silence, which is sound of nothing but zeros, and keeps count of what lies in the buffer. */
export class Hearing {
  bytes = 0
  #isSpeech = false
  #silent = 0

  /** Takes sound; tells in their order what it brought about. */
  push(sound: Buffer): readonly Heard[] {
    this.bytes += sound.length
    const isSilent = sound.every((byte) => byte === 0)
    if (!isSilent) {
      this.#silent = 0
      if (this.#isSpeech) return []
      this.#isSpeech = true
      return ['speech-started']
    }
    this.#silent += sound.length
    if (!this.#isSpeech || this.#silent < SILENT_BYTES) return []
    this.#isSpeech = false
    return ['speech-stopped']
  }

  /** Empties the buffer; how much was in it. */
  take(): number {
    const { bytes } = this
    this.bytes = 0
    this.#silent = 0
    this.#isSpeech = false
    return bytes
  }
}
