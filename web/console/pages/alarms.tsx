import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showCount, showUsd } from '../../lib/money.ts'
import { Asked, Empty, Field, List, Page, Tag, When } from '../../parts/index.ts'
import type { KeyAlarm, LeakedKey, ListOf } from '../answers.ts'
import { ActButton, ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** Alarms over keys, each with what to do about it, and the way to report a key that lies in public. */
export function AlarmsPage() {
  const words = useWords().alarms
  const may = useMay()
  const [isReporting, setReporting] = useState(false)
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        may('care') && (
          <button type="button" className="main" onClick={() => setReporting(true)}>
            {words.report}
          </button>
        )
      }
    >
      <Asked<ListOf<KeyAlarm>> path="/operator/v1/key-alarms">
        {({ data }) => (data.length === 0 ? <Empty>{words.none}</Empty> : <Alarms alarms={data} />)}
      </Asked>
      {isReporting && <ReportKey onClose={() => setReporting(false)} />}
    </Page>
  )
}

const KINDS = { active: 'good', paused: 'todo', revoked: 'bad' } as const

function Alarms({ alarms }: { readonly alarms: readonly KeyAlarm[] }) {
  const words = useWords().alarms
  const [leaking, setLeaking] = useState<KeyAlarm>()
  return (
    <>
      <List
        caption={words.title}
        entries={alarms}
        keyOf={({ id }) => id}
        columns={[
          { head: words.when, cell: ({ raised_at: at }) => <When at={at} /> },
          { head: words.account, cell: ({ account_id: id }) => <Link to={`/accounts/${id}`}>{id.slice(0, 8)}</Link> },
          { head: words.key, cell: ({ key_hint: hint }) => <code>{hint}</code> },
          { head: words.what, cell: (alarm) => words.kinds[alarm.kind](figureOf(alarm)) },
          { head: words.state, cell: ({ key_state: state }) => <Tag kind={KINDS[state]}>{words.states[state]}</Tag> },
          { head: words.todo, cell: (alarm) => <span className="faint">{words.todos[todoOf(alarm)]}</span> },
          { head: words.doings, isActs: true, cell: (alarm) => <AlarmActs alarm={alarm} onLeak={() => setLeaking(alarm)} /> },
        ]}
      />
      {leaking !== undefined && (
        <ActDialog
          title={words.leakTitle(leaking.key_hint)}
          act={words.leakAct(leaking.key_hint)}
          isGrave
          onClose={() => setLeaking(undefined)}
          run={(_, once) => call(`/operator/v1/keys/${leaking.key_id}/leaked`, { method: 'POST', body: {}, once })}
        >
          {() => <p>{words.leakMeans}</p>}
        </ActDialog>
      )}
    </>
  )
}

const figureOf = ({ amount, addresses }: KeyAlarm): string => (amount === null ? showCount(addresses ?? 0) : showUsd(amount))

function todoOf({ kind, key_state: state }: KeyAlarm): 'paused' | 'spike' | 'shared' | 'revoked' {
  if (state !== 'active') return state
  return kind === 'shared' ? 'shared' : 'spike'
}

function AlarmActs({ alarm, onLeak }: { readonly alarm: KeyAlarm; readonly onLeak: () => void }) {
  const words = useWords().alarms
  const may = useMay()
  if (!may('care') || alarm.key_state === 'revoked') return null
  return (
    <>
      {alarm.key_state === 'paused' && (
        <ActButton
          name={words.resume}
          kind="plain"
          run={(once) => call(`/operator/v1/keys/${alarm.key_id}/resume`, { method: 'POST', body: {}, once })}
        />
      )}
      <button type="button" className="plain grave" onClick={onLeak}>
        {words.leak}
      </button>
    </>
  )
}

function ReportKey({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().alarms
  return (
    <ActDialog
      title={words.reportTitle}
      act={words.reportAct}
      isGrave
      fields={['key']}
      onClose={onClose}
      run={({ key }, once) => call<LeakedKey>('/operator/v1/leaked-keys', { method: 'POST', body: { key }, once })}
    >
      {(wrong) => (
        <>
          <p>{words.reportMeans}</p>
          <Field label={words.reportKey} hint={words.reportHint} name="key" required autoFocus spellCheck={false} wrong={wrong('key')} />
        </>
      )}
    </ActDialog>
  )
}
