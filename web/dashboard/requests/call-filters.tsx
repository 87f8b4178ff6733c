import { Choice, Field, useAsked } from '../../parts/index.ts'
import type { Member, OwnCall, OwnKey } from '../answers.ts'
import { useWords } from '../words/index.ts'
import type { CallFilter } from './call-log.ts'

/** Chooses of which calls a list is: of a key, a model, an outcome, a day, a member. The choice lies in the address of the page. */
export function CallFilters(about: {
  readonly filter: CallFilter
  readonly calls: readonly OwnCall[]
  readonly onChange: (filter: CallFilter) => void
}) {
  const words = useWords().requests
  const { filter, calls, onChange } = about
  const { data: keys = [] } = useAsked<readonly OwnKey[]>('/api/keys')
  const { data: members = [] } = useAsked<readonly Member[]>('/api/team/members')
  const { data: prices } = useAsked<{ readonly data: readonly { readonly model: string }[] }>('/v1/prices')
  const named = [...(filter.model === undefined ? [] : [filter.model]), ...[...calls, ...(prices?.data ?? [])].map(({ model }) => model)]
  const models = [...new Set(named)].sort()
  const ended =
    filter.keyId !== undefined && !keys.some(({ id }) => id === filter.keyId) ? [{ id: filter.keyId, name: words.endedKey }] : []
  const keysNamed = [...keys, ...ended].map(({ id, name }) => ({ value: id, shown: name ?? id.slice(0, 8) }))
  const change = (name: keyof CallFilter, value: string) => {
    const { [name]: _, ...rest } = filter
    onChange(value === '' ? rest : { ...rest, [name]: value })
  }
  return (
    <div className="filters">
      <Chooser label={words.key} any={words.anyKey} value={filter.keyId} choices={keysNamed} onChange={(value) => change('keyId', value)} />
      <Chooser
        {...{ label: words.model, any: words.anyModel, value: filter.model }}
        choices={models.map((model) => ({ value: model, shown: model }))}
        onChange={(value) => change('model', value)}
      />
      <Chooser
        {...{ label: words.outcome, any: words.anyOutcome, value: filter.outcome }}
        choices={Object.entries(words.outcomes).map(([value, shown]) => ({ value, shown }))}
        onChange={(value) => change('outcome', value)}
      />
      <Field
        {...{ label: words.day, type: 'date', className: 'short', value: filter.day ?? '', title: words.dayHelp }}
        onChange={(event) => change('day', event.currentTarget.value)}
      />
      {(members.length > 1 || filter.member !== undefined) && (
        <Chooser
          {...{ label: words.member, any: words.anyMember, value: filter.member }}
          choices={members.map(({ id, email }) => ({ value: id, shown: email ?? id.slice(0, 8) }))}
          onChange={(value) => change('member', value)}
        />
      )}
      {Object.keys(filter).length > 0 && (
        <button type="button" className="plain" onClick={() => onChange({})}>
          {words.clear}
        </button>
      )}
    </div>
  )
}

/** One of some, or any. */
export function Chooser(about: {
  readonly label: string
  readonly any: string
  readonly value: string | undefined
  readonly choices: readonly { readonly value: string; readonly shown: string }[]
  readonly onChange: (value: string) => void
}) {
  const { label, any, value, choices, onChange } = about
  return (
    <Choice label={label} className="short" value={value ?? ''} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">{any}</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.shown}
        </option>
      ))}
    </Choice>
  )
}
