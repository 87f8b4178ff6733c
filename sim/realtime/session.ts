import type { WebSocket } from 'ws'
import type { Tokenizer } from '../tokens.ts'
import { Hearing } from './hearing.ts'
import { play, type Stage } from './play-answer.ts'
import { type RealtimeScript, realtimeScript } from './script.ts'
import { HEARD_BYTES_PER_TOKEN, NO_TOKENS, plus, type RealtimePart, secondsOf, type Tokens } from './truth.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a session is played with; `parts` takes the truth about all that it bills, `seen` the events that came. */
export type SessionWorld = {
  readonly socket: WebSocket
  readonly model: string
  readonly tokenizer: Tokenizer
  readonly parts: RealtimePart[]
  readonly seen: Fields[]
  readonly nextId: (kind: string) => string
}

/** One session of the fake upstream: a conversation that grows, and answers to it. */
export class SimSession implements Stage {
  readonly world: SessionWorld
  readonly script: RealtimeScript
  /** What was said so far, and what of it was read before. */
  context: Tokens = NO_TOKENS
  cached: Tokens = NO_TOKENS
  /** The answer in the conversation that is being made, and all that are. */
  active: RealtimePart | undefined
  readonly #running = new Map<string, RealtimePart>()
  readonly #hearing = new Hearing()
  #unaskedLeft: number
  #settings: Fields

  constructor(world: SessionWorld) {
    this.world = world
    this.script = realtimeScript(world.model)
    this.#unaskedLeft = this.script.unasked
    const input = {
      format: { type: 'audio/pcm', rate: 24_000 },
      transcription: null,
      turn_detection: { type: 'server_vad', create_response: true },
    }
    this.#settings = {
      ...{ type: 'realtime', object: 'realtime.session', id: world.nextId('sess'), model: world.model.split('!')[0] },
      ...{ output_modalities: ['audio'], max_output_tokens: 'inf', audio: { input } },
    }
    this.send({ type: 'session.created', session: this.#settings })
  }

  send(event: Fields): void {
    this.world.socket.send(JSON.stringify({ event_id: this.world.nextId('event'), ...event }), () => {})
  }

  take(event: Fields): void {
    this.world.seen.push(event)
    const { type } = event
    if (type === 'session.update') this.#update(event['session'] as Fields)
    else if (type === 'conversation.item.create') this.#addItem(event['item'] as Fields)
    else if (type === 'input_audio_buffer.append') this.#hear(Buffer.from(String(event['audio']), 'base64'))
    else if (type === 'input_audio_buffer.commit') this.#commit()
    else if (type === 'response.create') this.#create(event)
    else if (type === 'response.cancel') this.cancel(event['response_id'] ?? undefined)
    else this.#refuse(event, 'unknown_event')
  }

  /** An answer has ended and is part of the conversation. */
  finished(part: RealtimePart): void {
    this.#running.delete(part.id)
    if (this.active === part) {
      this.context = plus(this.context, part.output)
      this.cached = this.context
      this.active = undefined
    }
    if (this.script.hugeMiB > 0) this.send({ type: 'huge', filler: 'x'.repeat(this.script.hugeMiB * 1_048_576) })
    if (this.#unaskedLeft <= 0) return
    this.#unaskedLeft -= 1
    this.answer({})
  }

  /** Cuts an answer short: one by its id, or the one in the conversation. */
  cancel(id: unknown = this.active?.id): void {
    const part = this.#running.get(String(id))
    if (part !== undefined) part.status = 'cancelled'
  }

  /** The client has gone. */
  end(): void {
    for (const id of this.#running.keys()) this.cancel(id)
  }

  answer(response: Fields): void {
    const part: RealtimePart = {
      ...{ kind: 'response', id: this.world.nextId('resp'), model: this.world.model, input: this.context, cached: this.cached },
      ...{ output: NO_TOKENS, seconds: 0, status: 'in_progress' },
    }
    this.world.parts.push(part)
    this.#running.set(part.id, part)
    if (response['conversation'] !== 'none') this.active = part
    const modalities = (response['output_modalities'] ?? this.#settings['output_modalities']) as readonly string[]
    void play(this, part, modalities.includes('audio'))
  }

  #update(session: Fields): void {
    const [audio, before] = [(session['audio'] ?? {}) as Fields, (this.#settings['audio'] ?? {}) as Fields]
    const input = { ...(before['input'] as Fields), ...((audio['input'] ?? {}) as Fields) }
    this.#settings = { ...this.#settings, ...session, audio: { ...before, ...audio, input } }
    this.send({ type: 'session.updated', session: this.#settings })
  }

  get #input(): Fields {
    return (this.#settings['audio'] as Fields)['input'] as Fields
  }

  get #detection(): Fields | null {
    return this.#input['turn_detection'] as Fields | null
  }

  #addItem(item: Fields): void {
    const texts = ((item['content'] ?? []) as readonly Fields[]).map((content) =>
      typeof content['text'] === 'string' ? content['text'] : '',
    )
    this.context = plus(this.context, { text: this.world.tokenizer.count(texts.join('\n')), audio: 0 })
    this.send({ type: 'conversation.item.added', item: { id: this.world.nextId('item'), ...item } })
  }

  #hear(sound: Buffer): void {
    const heard = this.#hearing.push(sound)
    if (this.#detection === null) return
    for (const what of heard) {
      if (what === 'speech-started') {
        this.send({ type: 'input_audio_buffer.speech_started', item_id: 'item_next', audio_start_ms: 0 })
        this.cancel()
      } else {
        this.#commit()
        if (this.#detection['create_response'] !== false) this.answer({})
      }
    }
  }

  #commit(): void {
    const bytes = this.#hearing.take()
    const itemId = this.world.nextId('item')
    this.context = plus(this.context, { text: 0, audio: Math.ceil(bytes / HEARD_BYTES_PER_TOKEN) })
    this.send({ type: 'input_audio_buffer.committed', item_id: itemId, previous_item_id: null })
    const transcription = this.#input['transcription'] as Fields | null
    if (transcription !== null) this.#transcribe(itemId, String(transcription['model']), bytes)
  }

  #transcribe(itemId: string, model: string, bytes: number): void {
    const isBySeconds = model.includes('whisper')
    const part: RealtimePart = {
      ...{ kind: 'transcript', id: itemId, model, cached: NO_TOKENS, status: 'completed' },
      input: isBySeconds ? NO_TOKENS : { text: 0, audio: Math.ceil(bytes / HEARD_BYTES_PER_TOKEN) },
      output: isBySeconds ? NO_TOKENS : { text: 7, audio: 0 },
      seconds: isBySeconds ? secondsOf(bytes) : 0,
    }
    this.world.parts.push(part)
    const { input, output, seconds } = part
    const details = { text_tokens: input.text, audio_tokens: input.audio }
    const tokens = { type: 'tokens', input_tokens: input.audio, output_tokens: output.text, input_token_details: details }
    const usage = isBySeconds ? { type: 'duration', seconds } : { ...tokens, total_tokens: input.audio + output.text }
    const type = 'conversation.item.input_audio_transcription.completed'
    this.send({ type, item_id: itemId, content_index: 0, transcript: 'The ferry takes twenty minutes.', usage })
  }

  #create(event: Fields): void {
    const response = (event['response'] ?? {}) as Fields
    const isBusy = this.active !== undefined && response['conversation'] !== 'none'
    if (this.script.isPoor) this.#refuse(event, 'insufficient_quota')
    else if (isBusy) this.#refuse(event, 'conversation_already_has_active_response')
    else this.answer(response)
  }

  #refuse(event: Fields, code: string): void {
    const error = {
      type: 'invalid_request_error',
      code,
      message: 'Sim refuses this event.',
      param: null,
      event_id: event['event_id'] ?? null,
    }
    this.send({ type: 'error', error })
  }
}
