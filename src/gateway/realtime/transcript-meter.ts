import type { ToldUsage } from '../../protocols/index.ts'
import type { Plan } from '../route.ts'
import type { Funds } from './funds.ts'
import type { PartSession } from './open-part.ts'
import type { Purse } from './purse.ts'

/** What a meter of transcripts works with; `planTranscript` fails as that does. */
export type TranscriptMeterOptions = { readonly funds: Funds; readonly planTranscript: (model: string) => Plan }

/** A transcript is made of what was heard alone. */
const NO_SESSION: PartSession = { contextTokens: 0, reportedModel: undefined }

/** The money of a session's transcripts: each turn that is heard is a part with a hold at the price of the model that writes it down. */
export class TranscriptMeter {
  readonly #options: TranscriptMeterOptions
  /** Of the model that writes down now; undefined while none does. */
  #writing: Purse | undefined

  constructor(options: TranscriptMeterOptions) {
    this.#options = options
  }

  /** A client wants a model to write down, or none (`off`); the upstream's name for it. Fails as planTranscript does. */
  choose(transcriber: string | undefined): string | undefined {
    if (transcriber === undefined || transcriber === 'off') return undefined
    const { funds, planTranscript } = this.#options
    const upstreamModel = planTranscript(transcriber).legs[0]?.target.route.upstreamModel ?? ''
    funds.addTranscriber(upstreamModel, () => planTranscript(transcriber))
    return upstreamModel
  }

  /** From here on the upstream writes down by this model; what it heard before went by the one before. */
  switchTo(transcriber: string | undefined): void {
    if (transcriber !== undefined) this.#writing = this.#options.funds.keepTranscriber(transcriber === 'off' ? undefined : transcriber)
  }

  /** A turn was heard. Throws HoldRefused, SessionOver. */
  async begin(itemId: string): Promise<void> {
    await this.#writing?.beginSurely(itemId, NO_SESSION)
  }

  /** A turn was written down. Throws HoldRefused, SessionOver. */
  async end(itemId: string, told: ToldUsage): Promise<void> {
    const { funds } = this.#options
    if (funds.transcriptsOf(itemId) === undefined) await this.begin(itemId)
    const purse = funds.transcriptsOf(itemId)
    purse?.partOf(itemId)?.tell(told)
    purse?.end(itemId, 'completed', 200)
    funds.noteSettled()
  }

  /** A turn could not be written down. */
  fail(itemId: string): void {
    const { funds } = this.#options
    funds.transcriptsOf(itemId)?.end(itemId, 'upstream-refused', 400)
    funds.noteSettled()
  }
}
