import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, List, Notice, Tag, usePartWords, When } from '../../parts/index.ts'
import type { TeamDomain } from '../answers.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { DomainRecord } from './domain-record.tsx'
import { SIGN_ON } from './path.ts'

type Asked = { readonly what: 'record' | 'remove'; readonly domain: TeamDomain }

/** The mail domains of a team, and whether they are shown to be its own. */
export function Domains({ domains }: { readonly domains: readonly TeamDomain[] }) {
  const words = useWords().signOn
  const may = useMay()
  const client = useQueryClient()
  const [asked, setAsked] = useState<Asked>()
  const [isMissing, setMissing] = useState(false)
  const check = useAct(async ({ id }: TeamDomain) => {
    const { verifiedAt, missingSince } = await call<TeamDomain>(`${SIGN_ON}/domains/${id}/check`, { method: 'POST' })
    setMissing(verifiedAt === null || missingSince !== null)
    await client.invalidateQueries({ queryKey: [SIGN_ON] })
  })
  const acts = (domain: TeamDomain) => (
    <>
      <button type="button" className="plain" onClick={() => setAsked({ what: 'record', domain })}>
        {words.record}
      </button>
      <button type="button" className="plain" disabled={check.isRunning} onClick={() => void check.run(domain)}>
        {words.check}
      </button>
      <button type="button" className="plain grave" onClick={() => setAsked({ what: 'remove', domain })}>
        {words.remove}
      </button>
    </>
  )
  const close = () => setAsked(undefined)
  return (
    <>
      {domains.map(
        ({ id, domain, missingSince }) =>
          missingSince !== null && (
            <Notice key={id} kind="loss">
              {words.missingMeans(domain)}
            </Notice>
          ),
      )}
      <List
        caption={words.domains}
        entries={domains}
        keyOf={({ id }) => id}
        columns={[
          { head: words.domain, cell: ({ domain }) => <code>{domain}</code> },
          { head: words.state, cell: (domain) => <DomainState domain={domain} /> },
          { head: words.checked, cell: ({ checkedAt }) => (checkedAt === null ? words.never : <When at={checkedAt} />) },
          ...(may('run') ? [{ head: words.acts, isActs: true, cell: acts }] : []),
        ]}
      />
      {check.error !== undefined && <Failed error={check.error} />}
      {check.error === undefined && isMissing && <Notice kind="todo">{words.notThere}</Notice>}
      {asked?.what === 'record' && <DomainRecord domain={asked.domain} onClose={close} />}
      {asked?.what === 'remove' && <RemoveDomain domain={asked.domain} onClose={close} />}
    </>
  )
}

function DomainState({ domain: { verifiedAt, missingSince } }: { readonly domain: TeamDomain }) {
  const words = useWords().signOn
  if (missingSince !== null) return <Tag kind="bad">{words.missing}</Tag>
  return verifiedAt === null ? <Tag kind="todo">{words.waiting}</Tag> : <Tag kind="good">{words.verified}</Tag>
}

function RemoveDomain({ domain: { id, domain }, onClose }: { readonly domain: TeamDomain; readonly onClose: () => void }) {
  const words = useWords().signOn
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const remove = useAct(async () => {
    await call(`${SIGN_ON}/domains/${id}`, { method: 'DELETE' })
    onClose()
    await client.invalidateQueries({ queryKey: [SIGN_ON] })
  })
  return (
    <Dialog title={words.removeTitle(domain)} onClose={onClose}>
      <p>{words.removeMeans}</p>
      {remove.error !== undefined && <Failed error={remove.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className="grave" disabled={remove.isRunning} onClick={() => void remove.run()}>
          {words.removeAct}
        </button>
      </div>
    </Dialog>
  )
}
