import { Dialog, Secret } from '../../parts/index.ts'
import type { TeamDomain } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** The TXT record that a domain is shown by, to be copied. */
export function DomainRecord({ domain: { domain, record }, onClose }: { readonly domain: TeamDomain; readonly onClose: () => void }) {
  const words = useWords().signOn
  return (
    <Dialog title={words.recordTitle(domain)} onClose={onClose} isWide>
      <p>{words.recordMeans}</p>
      <div>
        <span className="faint">{words.recordName}</span>
        <Secret text={record.name} />
      </div>
      <div>
        <span className="faint">{words.recordText} (TXT)</span>
        <Secret text={record.text} />
      </div>
      <div className="answers">
        <button type="button" className="main" onClick={onClose}>
          {words.done}
        </button>
      </div>
    </Dialog>
  )
}
