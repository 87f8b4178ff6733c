import { type FormEvent, useState } from 'react'
import { textIn } from '../../lib/text-in.ts'
import { Field, Segments, useAsked } from '../../parts/index.ts'
import type { Member, OwnKey } from '../answers.ts'
import { Chooser } from '../requests/call-filters.tsx'
import { nameOfMember } from '../team/about-member.ts'
import { useWords } from '../words/index.ts'
import type { Range, UsageSearch } from './range.ts'
import type { DayUsed } from './sums.ts'

/** Chooses the days, the model, the key and, in a team, the member that the page is of; all of it lies in the address. */
export function UsageFilters(about: {
  readonly search: UsageSearch
  readonly range: Range
  readonly used: readonly DayUsed[]
  readonly onChange: (changed: UsageSearch) => void
}) {
  const words = useWords().usage
  const { numbered } = useWords().team
  const { data: members = [] } = useAsked<readonly Member[]>('/api/team/members')
  const { search, range, used, onChange } = about
  const isOwnAsked = search.from !== undefined || search.to !== undefined
  const [isOwn, setOwn] = useState(isOwnAsked)
  const { data: keys = [] } = useAsked<readonly OwnKey[]>('/api/keys')
  const models = [...new Set([...(search.model === undefined ? [] : [search.model]), ...used.map(({ model }) => model)])].sort()
  const keyIds = [
    ...new Set([...keys.map(({ id }) => id), ...used.map(({ keyId }) => keyId), ...(search.keyId === undefined ? [] : [search.keyId])]),
  ]
  const nameOf = (id: string) => keys.find((key) => key.id === id)?.name ?? `${words.endedKey} ${id.slice(0, 8)}`
  const choose = (days: string) => {
    setOwn(days === 'own')
    if (days !== 'own') onChange({ days: days === '30' ? '' : days, from: '', to: '' })
  }
  return (
    <div className="filters">
      <Segments
        label={words.range}
        value={isOwn ? 'own' : (search.days ?? '30')}
        choices={[
          ...['7', '30', '90'].map((days) => ({ value: days, shown: words.days(Number(days)) })),
          { value: 'own', shown: words.own },
        ]}
        onChange={choose}
      />
      {isOwn && <OwnDays key={`${range.from} ${range.to}`} range={range} onChange={onChange} />}
      <Chooser
        {...{ label: words.model, any: words.anyModel, value: search.model }}
        choices={models.map((model) => ({ value: model, shown: model }))}
        onChange={(model) => onChange({ model })}
      />
      <Chooser
        {...{ label: words.key, any: words.anyKey, value: search.keyId }}
        choices={keyIds.map((id) => ({ value: id, shown: nameOf(id) }))}
        onChange={(keyId) => onChange({ keyId })}
      />
      {(members.length > 1 || search.member !== undefined) && (
        <Chooser
          {...{ label: words.member, any: words.anyMember, value: search.member }}
          choices={members.map((member) => ({ value: member.id, shown: nameOfMember(member, numbered) }))}
          onChange={(member) => onChange({ member })}
        />
      )}
    </div>
  )
}

function OwnDays({ range, onChange }: { readonly range: Range; readonly onChange: (changed: UsageSearch) => void }) {
  const words = useWords().usage
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onChange({ days: '', from: textIn(event.currentTarget, 'from'), to: textIn(event.currentTarget, 'to') })
  }
  return (
    <form className="filters" onSubmit={submit}>
      <Field label={words.from} name="from" type="date" className="short" defaultValue={range.from} required />
      <Field label={words.to} name="to" type="date" className="short" defaultValue={range.to} required />
      <button type="submit">{words.show}</button>
    </form>
  )
}
