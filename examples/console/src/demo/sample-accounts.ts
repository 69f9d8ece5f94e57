import type { AccountStatus } from '@force-reset/core'

/** An account of the demonstration. */
export interface SampleAccount {
  readonly username: string
  readonly email: string | null
  readonly displayName: string | null
  readonly status: Exclude<AccountStatus, 'unknown'>
  readonly role: 'member' | 'admin'
}

const member = (
  username: string,
  displayName: string | null,
  status: SampleAccount['status'] = 'active',
  email: string | null = `${username}@example.com`,
): SampleAccount => ({ username, email, displayName, status, role: 'member' })

/** Ordinary people, as any list has them. */
const ordinary: readonly SampleAccount[] = [
  member('mina.okafor', 'Mina Okafor'),
  member('jonas.lindqvist', 'Jonas Lindqvist'),
  member('priya.raman', 'Priya Raman'),
  member('tomas.novak', 'Tomáš Novák'),
  member('grace.mbeki', 'Grace Mbeki'),
  member('lucia.ferrante', 'Lucia Ferrante'),
  member('oskar.berg', 'Oskar Berg'),
  member('hannah.weiss', 'Hannah Weiß'),
  member('diego.salas', 'Diego Salas'),
  member('amelie.roux', 'Amélie Roux'),
  member('noah.van.dijk', 'Noah van Dijk'),
  member('sofia.papadaki', 'Sofia Papadaki'),
  member('ewa.zielinska', 'Ewa Zielińska'),
  member('liam.osullivan', 'Liam O’Sullivan'),
  member('ines.carvalho', 'Inês Carvalho'),
  member('marek.horvat', 'Marek Horvat'),
  member('chloe.tremblay', 'Chloé Tremblay', 'pending'),
  member('samuel.adeyemi', 'Samuel Adeyemi', 'pending'),
  member('freya.jensen', 'Freya Jensen', 'pending'),
  member('arjun.patel', 'Arjun Patel', 'pending'),
  member('nadia.haddad', 'Nadia Haddad', 'suspended'),
  member('victor.ionescu', 'Victor Ionescu', 'suspended'),
  member('maria.gonzalez', 'María González', 'suspended'),
  member('peter.kovacs', 'Péter Kovács', 'deleted'),
  member('ruth.cohen', 'Ruth Cohen', 'deleted'),
]

/**
 * A mail address of 300 characters: 64 before the sign, as RFC 5321 allows, and a domain of many
 * labels.
 */
const longEmail = [
  'first.second.third.fourth.'.repeat(3).slice(0, 64),
  `${'department-of-very-long-names.'.repeat(8).slice(0, 223)}.example.org`,
].join('@')

/** Accounts that break tables, sorting, and trust in what one sees. */
const awkward: readonly SampleAccount[] = [
  member('build-agent', null, 'active', null),
  member('kenji.tanaka', '田中 健二'),
  member('layla.alfarsi', 'ليلى الفارسي'),
  member('olena.shevchenko', 'Олена Шевченко'),
  member('yael.bendavid', 'יעל בן־דוד', 'pending'),
  // Without escaping, the override would turn the rest of the line around: "Ivan Petrov (nimda)"
  // would read "Ivan Petrov (admin)".
  member('ivan.petrov', 'Ivan Petrov \u202e(nimda)\u202c'),
  member('zero.width', 'Zero\u200bWidth\u00adJoiner'),
  member(
    'maximiliana.long',
    'Maximiliana Theodora Constantia Wilhelmina Hohenberg-Sonnenthal zu Breitenfeld',
    'active',
    longEmail,
  ),
  // Cyrillic а (U+0430) and о (U+043E) in place of the Latin letters.
  member('p\u0430ul.morgan', 'Paul Morgan', 'active', 'paul.morgan@example.net'),
  member('paul.morgan', 'Paul Morgan'),
  member('paul.m\u043ergan', 'Paul Morgan', 'suspended', 'p.morgan@example.net'),
  member('PaulMorgan', 'Paul Morgan', 'pending', 'paulmorgan@example.net'),
  member(
    "o'brien<b>",
    'Tags & "Quotes" <script>alert(1)</script>',
    'active',
    'o.brien+tag@example.com',
  ),
  member('percent%_under', '100 %', 'active', 'percent_under@example.com'),
]

/** An administrator: privileged, so not reset from the console. */
const privileged: readonly SampleAccount[] = [
  {
    username: 'root.admin',
    email: 'root.admin@example.com',
    displayName: 'Robin Root',
    status: 'active',
    role: 'admin',
  },
]

/** The user whose present password is printed at the start, so that one can see it refused. */
export const sampleUser = 'mina.okafor'

export const sampleAccounts: readonly SampleAccount[] = [...ordinary, ...awkward, ...privileged]
