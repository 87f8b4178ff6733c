import { Choice, Field, TextField } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'
import { SIZES } from './picture-protocols.ts'
import type { Ask, AskField } from './protocol.ts'
import type { ProtocolName } from './protocols.ts'
import { VOICES } from './sound-protocols.ts'

/** What somebody filled in, as they typed it. */
export type Typed = Omit<Ask, 'model' | 'temperature' | 'maxTokens'> & { readonly temperature: string; readonly maxTokens: string }

/** Nothing filled in yet. */
export const NOTHING_TYPED: Typed = {
  ...{ system: '', prompt: '', temperature: '', maxTokens: '' },
  ...{ voice: VOICES[0], size: SIZES[0], file: undefined },
}

/** An ask of what was filled in. */
export const askOf = (model: string, { temperature, maxTokens, ...typed }: Typed): Ask => ({
  ...{ ...typed, model },
  ...{ temperature: numberOf(temperature), maxTokens: numberOf(maxTokens) },
})

const numberOf = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text))

type About = {
  readonly name: ProtocolName
  readonly fields: readonly AskField[]
  readonly typed: Typed
  readonly onWrite: (changed: Partial<Typed>) => void
}

/** The fields that a protocol has a word for. */
export function AskFields({ name, fields, typed, onWrite }: About) {
  const words = useWords().playground
  const has = (field: AskField) => fields.includes(field)
  const prompt = words.prompts[name as keyof typeof words.prompts]
  return (
    <>
      {has('file') && <FileField name={name} onWrite={onWrite} />}
      {has('system') && (
        <TextField
          label={name === 'speech' ? words.manner : words.system}
          hint={name === 'speech' ? words.mannerHint : words.systemHint}
          rows={2}
          value={typed.system}
          onWrite={(system) => onWrite({ system })}
        />
      )}
      {has('prompt') && (
        <TextField
          label={prompt?.label ?? words.prompt}
          {...(prompt?.hint !== undefined && { hint: prompt.hint })}
          rows={7}
          value={typed.prompt}
          onWrite={(text) => onWrite({ prompt: text })}
          required
        />
      )}
      {has('voice') && <Named label={words.voice} names={VOICES} value={typed.voice} onChoose={(voice) => onWrite({ voice })} />}
      {has('size') && (
        <Named label={words.size} hint={words.sizeHint} names={SIZES} value={typed.size} onChoose={(size) => onWrite({ size })} />
      )}
      {has('temperature') && <Numbers typed={typed} onWrite={onWrite} />}
    </>
  )
}

function Named(about: {
  readonly label: string
  readonly hint?: string
  readonly names: readonly string[]
  readonly value: string
  readonly onChoose: (name: string) => void
}) {
  const { label, hint, names, value, onChoose } = about
  return (
    <Choice label={label} hint={hint} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
      {names.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </Choice>
  )
}

function FileField({ name, onWrite }: Pick<About, 'name' | 'onWrite'>) {
  const words = useWords().playground
  const isPicture = name.startsWith('image')
  return (
    <Field
      key={isPicture ? 'picture' : 'sound'}
      type="file"
      label={isPicture ? words.picture : words.soundFile}
      hint={isPicture ? words.pictureHint : words.soundFileHint}
      accept={isPicture ? 'image/png,image/jpeg,image/webp' : 'audio/*,video/mp4,video/webm'}
      onChange={(event) => onWrite({ file: event.currentTarget.files?.[0] })}
      required
    />
  )
}

function Numbers({ typed, onWrite }: Pick<About, 'typed' | 'onWrite'>) {
  const words = useWords().playground
  return (
    <div className="pair">
      <Field
        {...{ label: words.temperature, hint: words.temperatureHint, inputMode: 'decimal', pattern: '\\d(\\.\\d+)?' }}
        value={typed.temperature}
        onChange={(event) => onWrite({ temperature: event.currentTarget.value })}
      />
      <Field
        {...{ label: words.maxTokens, hint: words.maxTokensHint, inputMode: 'numeric', pattern: '[1-9]\\d{0,6}' }}
        value={typed.maxTokens}
        onChange={(event) => onWrite({ maxTokens: event.currentTarget.value })}
      />
    </div>
  )
}
