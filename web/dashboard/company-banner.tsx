import { Failed } from '../parts/index.ts'
import { nameOfAccount } from './account-switcher.tsx'
import { useErrand } from './issuers/issuer-buttons.tsx'
import { useSession } from './session.tsx'
import { useWords } from './words/index.ts'

/** Teams that ask for their company's sign-in before this session acts for them. */
export function CompanyBanners() {
  const words = useWords().issuers
  const { unnamed } = useWords().team
  const { accounts } = useSession()
  const go = useErrand()
  return accounts.map(({ sign_on: issuer, ...account }) =>
    issuer === null ? null : (
      <div className="banner" key={account.id}>
        <span>{words.asksForCompany(nameOfAccount(account, unnamed))}</span>
        <button
          type="button"
          disabled={go.isRunning}
          onClick={() => void go.run({ issuer, aim: 'sign-in', next: '/dashboard', acting: account.id })}
        >
          {words.byCompany}
        </button>
        {go.error !== undefined && <Failed error={go.error} />}
      </div>
    ),
  )
}
