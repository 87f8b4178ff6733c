import { Page, Section } from '../../parts/index.ts'
import { CompareList } from '../prices/compare-list.tsx'
import { MarginSlider } from '../prices/margin-slider.tsx'
import { ScheduledChanges } from '../prices/scheduled.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** Prices of lists and margins, compared before they are written, and all that is scheduled. */
export function PricesPage() {
  const words = useWords().prices
  const may = useMay()
  return (
    <Page title={words.title} lead={words.lead}>
      <ScheduledChanges />
      {may('house') && (
        <>
          <Section title={words.official}>
            <p className="faint">{words.officialMeans}</p>
            <MarginSlider />
          </Section>
          <CompareList />
        </>
      )}
    </Page>
  )
}
