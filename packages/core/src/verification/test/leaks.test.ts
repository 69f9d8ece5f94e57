import { describe, expect, it } from 'vitest'
import { expectNoLeak, plantCanary } from '../../testing/index.ts'
import { answerConfirmation, vouch } from '../../verification.ts'
import type { Site } from './site.fixture.ts'
import { codeIn, numbers, openSite, wrongCode } from './site.fixture.ts'

const answer = plantCanary().text

/** Everything that is kept, logged or told, of a help desk and of what went wrong there. */
function surfacesOf(site: Site, told: readonly unknown[]): Readonly<Record<string, string>> {
  return {
    events: JSON.stringify(site.events),
    errors: JSON.stringify(site.errors),
    alerts: JSON.stringify(site.alerts),
    memory: site.remembered.join('\n'),
    told: JSON.stringify(told),
  }
}

/** Lives through every method, with right and wrong answers, and answers all that is secret. */
async function lived(site: Site): Promise<{
  readonly secrets: readonly string[]
  readonly told: readonly unknown[]
}> {
  const told: unknown[] = []
  const secrets: string[] = [answer]
  const proofs: string[] = []
  const passed = async (asking: ReturnType<Site['answer']>): Promise<void> => {
    const answered = await asking
    if (!answered.ok) throw new Error(answered.message)
    const { proof, ...rest } = answered
    proofs.push(proof)
    told.push(rest)
  }
  const shown = await site.start({ method: 'call_back', destination: 'mobile' })
  if (!shown.ok) throw new Error(shown.message)
  const { number: _, ...rest } = shown
  told.push(rest)
  await passed(site.answer({ method: 'call_back', destination: 'mobile' }))

  told.push(await site.start({ method: 'sent_code', destination: 'mobile' }))
  const code = site.messages.map(codeIn).at(-1) ?? ''
  secrets.push(code, code.replace(' ', ''))
  told.push(await site.answer({ method: 'sent_code', answer: wrongCode(code) }))
  await passed(site.answer({ method: 'sent_code', answer: code }))

  told.push(await site.start({ method: 'confirmed' }))
  const { token = '' } = site.questions.at(-1) ?? {}
  secrets.push(token.split('.')[2] ?? '')
  told.push(await answerConfirmation(site.config, { token, answer: 'confirmed' }))
  await passed(site.answer({ method: 'confirmed' }))

  const asked = await site.start({ method: 'second_person', voucherId: '43' })
  if (!asked.ok) throw new Error(asked.message)
  const { verificationId } = asked
  const vouched = await vouch(site.config, { voucher: { id: '43' }, verificationId })
  if (!vouched.ok) throw new Error(vouched.message)
  secrets.push(vouched.code, vouched.code.replace(' ', ''))
  told.push(await site.answer({ method: 'second_person', answer: wrongCode(vouched.code) }))
  await passed(site.answer({ method: 'second_person', answer: vouched.code }))

  await passed(site.answer({ method: 'card_reader', answer }))
  told.push(await site.answer({ method: 'card_reader', answer: `${answer}!` }))

  const reset = await site.reset(proofs.slice(0, 5), { reason: 'INC-4711' })
  if (!reset.ok) throw new Error(reset.message)
  const { temporaryPassword, ...result } = reset
  temporaryPassword.dispose()
  told.push(
    result,
    await site.reset([`${proofs[0]}x`]),
    await site.reset([proofs[1]?.slice(9) ?? '']),
  )
  told.push(await answerConfirmation(site.config, { token, answer: 'denied' }))
  told.push(await site.reset(proofs))
  // The part that only the holder of the key can make.
  secrets.push(...proofs.map((proof) => proof.split('.')[2] ?? ''))
  secrets.push(numbers.mobile, numbers.ward, numbers.manager)
  return { secrets, told }
}

describe('verification', () => {
  it('leaves no code, answer, number or proof in trail, log, alerts or memory', async () => {
    const site = openSite({ card: answer })
    const { secrets, told } = await lived(site)
    const surfaces = surfacesOf(site, told)
    expect(secrets.length).toBeGreaterThan(12)
    for (const secret of secrets) await expectNoLeak({ secret, surfaces })
    expect(site.events.length).toBeGreaterThan(15)
    expect(surfaces['memory']?.length).toBeGreaterThan(3_000)
  })

  it('keeps no name and no id in the memory', async () => {
    const site = openSite({ card: answer })
    await lived(site)
    const surfaces = { memory: site.remembered.join('\n') }
    for (const secret of ['Mina Okafor', 'op-novak', 'mina@example.org', 'Mobile …123'])
      await expectNoLeak({ secret, surfaces })
  })

  it('is searched by a test that finds what was planted', async () => {
    const site = openSite({ card: answer })
    const { secrets, told } = await lived(site)
    const [, code = ''] = secrets
    const careless = { ...surfacesOf(site, told), messages: JSON.stringify(site.messages) }
    await expect(expectNoLeak({ secret: code, surfaces: careless })).rejects.toThrowError(
      '"messages"',
    )
    site.events.push(Object({ type: 'verification.failed', planted: secrets.at(-4) }))
    const surfaces = surfacesOf(site, told)
    await expect(expectNoLeak({ secret: secrets.at(-4) ?? '', surfaces })).rejects.toThrowError(
      '"events"',
    )
  })
})
