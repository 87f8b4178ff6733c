import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Empty, List, Notice, Page, Section, When } from '../../parts/index.ts'
import type { OwnPolicy, OwnPreview } from '../answers.ts'
import { ActFailed } from '../parts/index.ts'
import { AttestationFields } from '../policy/own/attestations.tsx'
import { bodyOf, type Draft, draftOf } from '../policy/own/draft.ts'
import { ContactFields, ParagraphFields, WhoFields } from '../policy/own/fields.tsx'
import { Preview } from '../policy/own/preview.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** What of the policy operators write themselves: written here, seen as it would change the policy, and published. */
export function PolicyOwnPage() {
  const words = useWords().policyOwn
  const [done, setDone] = useState<string>()
  return (
    <Page title={words.title} lead={words.lead}>
      <p>
        <Link to="/policy">{words.back}</Link>
      </p>
      {done !== undefined && <Notice kind="proven">{done}</Notice>}
      <Asked<OwnPolicy> path="/operator/v1/policy/own">
        {(own) => (
          <>
            <Editor own={own} onDone={setDone} />
            <History revisions={own.revisions} />
          </>
        )}
      </Asked>
    </Page>
  )
}

function Editor({ own, onDone }: { readonly own: OwnPolicy; readonly onDone: (told: string) => void }) {
  const words = useWords().policyOwn
  const may = useMay()
  const [draft, setDraft] = useState<Draft>(() => draftOf(own))
  const [preview, setPreview] = useState<OwnPreview>()
  const body = bodyOf(draft, own.set_by_file)
  const see = useAct(async () => setPreview(await call<OwnPreview>('/operator/v1/policy/own/preview', { method: 'POST', body })))
  const { error } = see
  const isBeside = error?.field !== undefined && /^(?:operator|contacts|country|law\.|paragraphs\.\d|attestations\.\d)/.test(error.field)
  const wrong = (field: string) => (error?.field === field ? error.message : undefined)
  const onChange = (changes: Partial<Draft>) => {
    see.clear()
    setDraft((before) => ({ ...before, ...changes }))
  }
  const writing = { draft, onChange, wrong, own }
  const number = preview?.version?.number
  const publish = (told: string) => {
    setPreview(undefined)
    setDraft((before) => ({ ...before, revision: before.revision + 1 }))
    onDone(told)
  }
  return (
    <>
      {own.revision > draft.revision && (
        <Meanwhile onTake={() => setDraft(draftOf(own))} onKeep={() => setDraft((before) => ({ ...before, revision: own.revision }))} />
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void see.run()
        }}
      >
        <fieldset className="sections" disabled={!may('house')}>
          <WhoFields {...writing} />
          <ContactFields {...writing} />
          <ParagraphFields {...writing} />
          <AttestationFields {...writing} />
        </fieldset>
        {error !== undefined && !isBeside && <ActFailed error={error} onAgain={() => void see.run()} />}
        {may('house') ? (
          <div className="row">
            <button type="submit" className="main" disabled={see.isRunning}>
              {words.see}
            </button>
          </div>
        ) : (
          <p className="faint">{words.look}</p>
        )}
      </form>
      {preview !== undefined && (
        <Preview
          preview={preview}
          body={body}
          onClose={() => setPreview(undefined)}
          onDone={() => publish(number === undefined ? words.saved : words.published(number))}
        />
      )}
    </>
  )
}

/** Somebody else wrote while this was being typed: whose words go on. */
function Meanwhile({ onTake, onKeep }: { readonly onTake: () => void; readonly onKeep: () => void }) {
  const words = useWords().policyOwn
  return (
    <Notice kind="todo">
      <span>{words.meanwhile}</span>
      <span className="row">
        <button type="button" onClick={onTake}>
          {words.takeTheirs}
        </button>
        <button type="button" onClick={onKeep}>
          {words.keepMine}
        </button>
      </span>
    </Notice>
  )
}

/** Who wrote it, and when. */
function History({ revisions }: Pick<OwnPolicy, 'revisions'>) {
  const words = useWords().policyOwn
  return (
    <Section title={words.historyTitle}>
      {revisions.length === 0 ? (
        <Empty>{words.none}</Empty>
      ) : (
        <List
          caption={words.historyTitle}
          entries={revisions}
          keyOf={({ revision }) => String(revision)}
          columns={[
            { head: words.revision, cell: ({ revision }) => revision },
            { head: words.by, cell: ({ saved_by: by }) => <code>{by}</code> },
            { head: words.at, cell: ({ saved_at: at }) => <When at={at} /> },
          ]}
        />
      )}
    </Section>
  )
}
