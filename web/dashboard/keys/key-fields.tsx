import type { CallError } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { Choice, Field, TextField, useAsked } from '../../parts/index.ts'
import type { OwnKey } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { CAP_WINDOWS, type KeyTexts } from './key-form.ts'

/** What a form says of a key. */
export function readKeyFields(form: HTMLFormElement): KeyTexts {
  const text = (name: string) => textIn(form, name)
  return {
    ...{ name: text('name'), cap: text('cap'), window: text('window') },
    ...{ perMinute: text('perMinute'), tokensPerMinute: text('tokensPerMinute'), atOnce: text('atOnce') },
    models: new FormData(form).getAll('models').filter((model) => typeof model === 'string'),
    ...{ ranges: text('ranges'), until: text('until'), countries: text('countries') },
    ...{ isLocal: text('isLocal') !== '', isZdr: text('isZdr') !== '' },
  }
}

/** Fields of the form whose mistakes stand beside them. */
const PLACED = /^(?:name|limits|spendCap|ipRanges|expires|routing\.countries)/

/** Whether a field says itself what is wrong. */
export const isPlaced = (error: CallError | undefined): boolean => error?.field !== undefined && PLACED.test(error.field)

/** Everything that a key can be bounded by; what few want stands folded behind the rest, unless the key has some of it. */
export function KeyFields({ apiKey, error }: { readonly apiKey?: OwnKey; readonly error: CallError | undefined }) {
  const { form: words, ...all } = useWords().keys
  const wrong = (start: string) => (error?.field?.startsWith(start) === true ? error.message : undefined)
  const isOpen = apiKey !== undefined || ['limits', 'ipRanges', 'expires', 'models', 'routing'].some((one) => wrong(one) !== undefined)
  return (
    <>
      <Field
        {...{ label: all.name, hint: all.nameHint, name: 'name', maxLength: 64, wrong: wrong('name'), defaultValue: apiKey?.name ?? '' }}
        required
        autoFocus
      />
      <div className="filters">
        <Field
          {...{ label: words.cap, name: 'cap', inputMode: 'decimal', className: 'short', placeholder: '$', wrong: wrong('spendCap') }}
          defaultValue={apiKey?.spendCap?.amount ?? ''}
        />
        <Choice label={words.window} name="window" className="short" defaultValue={apiKey?.spendCap?.window ?? 'month'}>
          {windowsOf(apiKey).map((window) => (
            <option key={window} value={window}>
              {words.windows[window]}
            </option>
          ))}
        </Choice>
      </div>
      <p className="faint">{words.capHint}</p>
      <details open={isOpen || undefined}>
        <summary>{words.more}</summary>
        <div className="form">
          <RateFields apiKey={apiKey} wrong={wrong} />
          <RuleFields apiKey={apiKey} wrong={wrong} entry={entryOf(error?.field)} />
          <ModelFields chosen={apiKey?.models ?? []} />
        </div>
      </details>
    </>
  )
}

type About = {
  readonly apiKey: OwnKey | undefined
  readonly wrong: (start: string) => string | undefined
  readonly entry?: number | undefined
}

const windowsOf = (apiKey: OwnKey | undefined) => {
  const now = apiKey?.spendCap?.window
  return now === undefined || CAP_WINDOWS.some((one) => one === now) ? CAP_WINDOWS : [now, ...CAP_WINDOWS]
}

function RateFields({ apiKey, wrong }: About) {
  const { form: words } = useWords().keys
  const fields = [
    { name: 'perMinute', label: words.perMinute, of: 'requests_per_minute' },
    { name: 'tokensPerMinute', label: words.tokensPerMinute, of: 'tokens_per_minute' },
    { name: 'atOnce', label: words.atOnce, of: 'concurrent_calls' },
  ] as const
  return (
    <div className="filters">
      {fields.map(({ name, label, of }) => (
        <Field
          key={name}
          {...{ label, name, inputMode: 'numeric', className: 'short', wrong: wrong(`limits.${of}`), hint: words.noLimit }}
          defaultValue={apiKey?.limits[of]?.toString() ?? ''}
        />
      ))}
    </div>
  )
}

function RuleFields({ apiKey, wrong, entry }: About) {
  const { form: words } = useWords().keys
  return (
    <>
      <TextField
        {...{
          label: words.ranges,
          hint: words.rangesHint,
          name: 'ranges',
          rows: 3,
          spellCheck: false,
          wrong: entry === undefined ? wrong('ipRanges') : words.rangesWrong(entry),
        }}
        defaultValue={apiKey?.ipRanges?.join('\n') ?? ''}
        className="mono"
        onWrite={() => undefined}
      />
      <Field
        {...{ label: words.until, hint: words.untilHint, name: 'until', type: 'date', className: 'short', wrong: wrong('expires') }}
        defaultValue={apiKey?.expiresAt?.slice(0, 10) ?? ''}
      />
      <Field
        {...{ label: words.countries, hint: words.countriesHint, name: 'countries', className: 'short', wrong: wrong('routing.countries') }}
        defaultValue={apiKey?.routing?.countries?.join(', ') ?? ''}
      />
      <label className="choice">
        <input type="checkbox" name="isLocal" defaultChecked={apiKey?.routing?.local_only === true} />
        {words.isLocal}
      </label>
      <label className="choice">
        <input type="checkbox" name="isZdr" defaultChecked={apiKey?.routing?.zdr_only === true} />
        {words.isZdr}
      </label>
    </>
  )
}

/** Which of the ranges is none, where that is what is wrong. */
const entryOf = (field: string | undefined): number | undefined => {
  const index = /^ipRanges\.(\d+)$/.exec(field ?? '')?.[1]
  return index === undefined ? undefined : Number(index) + 1
}

/** Models to choose of; those that a key has are there though they are offered no more. */
function ModelFields({ chosen }: { readonly chosen: readonly string[] }) {
  const { form: words } = useWords().keys
  const { data } = useAsked<{ readonly data: readonly { readonly model: string }[] }>('/v1/prices')
  const models = [...new Set([...chosen, ...(data?.data ?? []).map(({ model }) => model)])].sort()
  if (models.length === 0) return null
  return (
    <fieldset className="field">
      <legend>{words.models}</legend>
      <span className="hint">{words.modelsHint}</span>
      <div className="many-choices">
        {models.map((model) => (
          <label key={model} className="choice">
            <input type="checkbox" name="models" value={model} defaultChecked={chosen.includes(model)} />
            <code>{model}</code>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
