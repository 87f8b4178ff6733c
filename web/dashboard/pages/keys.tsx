import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Dialog, Empty, Failed, Field, List, Page, Secret, Tag, usePartWords, When } from '../../parts/index.ts'
import type { MintedKey, OwnKey } from '../answers.ts'
import { useWords } from '../words/index.ts'

const PATH = '/api/keys'

/** Keys of the account: made, paused, ended. */
export function KeysPage() {
  const words = useWords().keys
  const [isMaking, setMaking] = useState(false)
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        <button type="button" className="main" onClick={() => setMaking(true)}>
          {words.make}
        </button>
      }
    >
      <Asked<readonly OwnKey[]> path={PATH}>
        {(keys) => (keys.length === 0 ? <NoKeys onMake={() => setMaking(true)} /> : <KeyList keys={keys} />)}
      </Asked>
      {isMaking && <MakeKey onClose={() => setMaking(false)} />}
    </Page>
  )
}

function NoKeys({ onMake }: { readonly onMake: () => void }) {
  const words = useWords().keys
  return (
    <Empty>
      <span>{words.none}</span>
      <button type="button" onClick={onMake}>
        {words.make}
      </button>
    </Empty>
  )
}

function KeyList({ keys }: { readonly keys: readonly OwnKey[] }) {
  const words = useWords().keys
  const [ending, setEnding] = useState<OwnKey>()
  return (
    <>
      <List
        caption={words.title}
        entries={keys}
        keyOf={({ id }) => id}
        columns={[
          { head: words.name, cell: (key) => key.name ?? key.id.slice(0, 8) },
          { head: words.hint, cell: (key) => <code>{key.hint}</code> },
          { head: words.pays, cell: (key) => (key.keyType === 'credit' ? words.balance : key.keyPlan) },
          {
            head: words.state,
            cell: (key) => (key.isActive ? <Tag kind="good">{words.active}</Tag> : <Tag kind="todo">{words.paused}</Tag>),
          },
          { head: words.lastUsed, cell: (key) => (key.lastUsedAt === null ? words.never : <When at={key.lastUsedAt} />) },
          { head: words.acts, isActs: true, cell: (key) => <KeyActs apiKey={key} onEnd={() => setEnding(key)} /> },
        ]}
      />
      {ending !== undefined && <EndKey apiKey={ending} onClose={() => setEnding(undefined)} />}
    </>
  )
}

function useChanged(): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: [PATH] })
}

function KeyActs({ apiKey, onEnd }: { readonly apiKey: OwnKey; readonly onEnd: () => void }) {
  const words = useWords().keys
  const changed = useChanged()
  const toggle = useAct(async () => {
    await call(`${PATH}/${apiKey.id}`, { method: 'PATCH', body: { isActive: !apiKey.isActive } })
    await changed()
  })
  return (
    <>
      <button type="button" className="plain" disabled={toggle.isRunning} onClick={() => void toggle.run()}>
        {apiKey.isActive ? words.pause : words.resume}
      </button>
      <button type="button" className="plain grave" onClick={onEnd}>
        {words.end}
      </button>
      {toggle.error !== undefined && <Failed error={toggle.error} />}
    </>
  )
}

function EndKey({ apiKey, onClose }: { readonly apiKey: OwnKey; readonly onClose: () => void }) {
  const words = useWords().keys
  const { cancel } = usePartWords()
  const changed = useChanged()
  const end = useAct(async () => {
    await call(`${PATH}/${apiKey.id}`, { method: 'DELETE' })
    await changed()
    onClose()
  })
  return (
    <Dialog title={words.endTitle(apiKey.name ?? apiKey.hint)} onClose={onClose}>
      <p>{words.endMeans}</p>
      {end.error !== undefined && <Failed error={end.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className="grave" disabled={end.isRunning} onClick={() => void end.run()}>
          {words.endAct(apiKey.name ?? apiKey.hint)}
        </button>
      </div>
    </Dialog>
  )
}

function MakeKey({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().keys
  const { cancel } = usePartWords()
  const changed = useChanged()
  const [made, setMade] = useState<MintedKey>()
  const make = useAct(async (body: Readonly<Record<string, unknown>>, once) => {
    setMade(await call<MintedKey>(`${PATH}/credit`, { method: 'POST', body, once }))
    await changed()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const perMinute = Number(textIn(event.currentTarget, 'perMinute') || Number.NaN)
    const limits = Number.isNaN(perMinute) ? {} : { limits: { requests_per_minute: perMinute } }
    void make.run({ name: textIn(event.currentTarget, 'name'), ...limits })
  }
  if (made !== undefined)
    return (
      <Dialog title={words.madeTitle(made.name)} onClose={onClose}>
        <p>{words.madeMeans}</p>
        <Secret text={made.apiKey} />
        <div className="answers">
          <button type="button" className="main" onClick={onClose}>
            {words.madeKept}
          </button>
        </div>
      </Dialog>
    )
  const wrong = (field: string) => (make.error?.field === field ? make.error.message : undefined)
  return (
    <Dialog title={words.make} onClose={onClose}>
      <form onSubmit={submit}>
        <Field label={words.name} hint={words.nameHint} name="name" maxLength={64} required autoFocus wrong={wrong('name')} />
        <Field
          label={words.perMinute}
          hint={words.perMinuteHint}
          name="perMinute"
          inputMode="numeric"
          className="short"
          wrong={wrong('limits.requests_per_minute')}
        />
        {make.error !== undefined && make.error.field === undefined && <Failed error={make.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="main" disabled={make.isRunning}>
            {words.makeAct}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
