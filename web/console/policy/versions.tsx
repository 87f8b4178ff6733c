import { useState } from 'react'
import { useLanguage } from '../../lib/language.tsx'
import { Asked, Dialog, List, Section, Snippet, Tag, When } from '../../parts/index.ts'
import type { PolicyVersion } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** Every version, the newest first, with what it changed; opened, as it was printed. */
export function Versions({ versions }: { readonly versions: readonly PolicyVersion[] }) {
  const words = useWords().policy
  const [opened, setOpened] = useState<PolicyVersion>()
  if (versions.length === 0) return null
  return (
    <Section title={words.versions}>
      <List
        caption={words.versions}
        entries={versions}
        keyOf={({ number }) => String(number)}
        onOpen={setOpened}
        columns={[
          {
            head: words.version,
            cell: (version) => (
              <span className="row">
                <button type="button" className="plain" onClick={() => setOpened(version)}>
                  {words.openVersion(version.number)}
                </button>
                {version.is_in_force && <Tag kind="good">{words.holds}</Tag>}
                {Date.parse(version.effective_at) > Date.now() && <Tag kind="todo">{words.comes}</Tag>}
              </span>
            ),
          },
          { head: words.published, cell: (version) => <When at={version.published_at} isDay /> },
          { head: words.since, cell: (version) => <When at={version.effective_at} isDay /> },
          {
            head: words.changes,
            cell: ({ number, changes, is_significant: isHeavy }) => (
              <span>
                {number === 1 ? words.first : changes.length} {isHeavy && <span className="faint">{words.notice}</span>}
              </span>
            ),
          },
        ]}
      />
      {opened !== undefined && <Opened version={opened} onClose={() => setOpened(undefined)} />}
    </Section>
  )
}

function Opened({ version, onClose }: { readonly version: PolicyVersion; readonly onClose: () => void }) {
  const words = useWords().policy
  return (
    <Dialog title={words.openVersion(version.number)} isWide onClose={onClose}>
      <Changes changes={version.changes} />
      <details open={version.changes.length === 0}>
        <summary>{words.asPrinted}</summary>
        <Asked<{ readonly text: string }> path={`/operator/v1/policy/versions/${version.number}`}>
          {({ text }) => <Snippet code={text} />}
        </Asked>
      </details>
      <div className="answers">
        <button type="button" onClick={onClose}>
          {words.close}
        </button>
      </div>
    </Dialog>
  )
}

/** What a version changed, as the history tells it to customers. */
export function Changes({ changes }: Pick<PolicyVersion, 'changes'>) {
  const words = useWords().policy
  const { language } = useLanguage()
  if (changes.length === 0) return null
  return (
    <ul className="plain-list">
      {changes.map(({ kind, of, of_zh: ofZh, before, after, is_significant: isHeavy }) => (
        <li key={`${kind} ${of}`}>
          <strong>{words.kindsOfChange[kind]}</strong>: {language === 'zh' ? ofZh : of} {isHeavy && <Tag kind="todo">{words.heavy}</Tag>}
          {before !== null && (
            <>
              <br />
              <del>{before}</del>
            </>
          )}
          {after !== null && (
            <>
              <br />
              <ins>{after}</ins>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
