import { hash } from 'bcryptjs'
import { describe, expect, it } from 'vitest'
import { argon2id } from '../hashing/argon2.ts'
import { costProblem, hashForm } from './hash-form.ts'

const rest = 'c2FsdHNhbHRzYWx0$a2V5a2V5a2V5'

describe('the form of a hash', () => {
  it.each([
    [`$2y$10$${rest}`, '$2y$'],
    [`$2b$04$${rest}`, '$2b$'],
    [`$wp$2y$10$${rest}`, '$wp$2y$'],
    [`bcrypt_sha256$$2b$12$${rest}`, 'bcrypt_sha256$$2b$'],
    [`{bcrypt}$2a$10$${rest}`, '{bcrypt}$2a$'],
    [`{CRYPT}$2b$12$${rest}`, '{CRYPT}$2b$'],
    [`$argon2id$v=19$m=19456,t=2,p=1$${rest}`, '$argon2id$'],
    [`argon2$argon2id$v=19$m=102400,t=2,p=8$${rest}`, 'argon2$argon2id$'],
    [`{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1$${rest}`, '{ARGON2ID}$argon2id$'],
    [`{pbkdf2@SpringSecurity_v5_8}${'ab'.repeat(40)}`, '{pbkdf2@SpringSecurity_v5_8} and 80'],
    [`pbkdf2_sha256$1000000$${rest}`, 'pbkdf2_sha256$'],
    [`pbkdf2:sha256:600000$${rest}`, 'pbkdf2:sha256:'],
    [`scrypt:32768:8:1$${rest}`, 'scrypt:'],
    [`$6$rounds=5000$${rest}`, '$6$'],
    ['{SSHA}c2FsdHNhbHQ=', '{SSHA}'],
    ['5f4dcc3b5aa765d61d8327deb882cf99', '32 hexadecimal digits'],
    [`AQAAAAIAAYagAAAAE${'A'.repeat(67)}`, '84 characters of base64'],
  ])('of %s is told by its beginning', (stored, label) => {
    expect(hashForm(stored).label.startsWith(label)).toBe(true)
  })

  it.each([
    'pepper$5f4dcc3b5aa765d61d8327deb882cf99',
    '{pepper}5f4dcc3b5aa765d61d8327deb882cf99',
    '$pepper$5f4dcc3b5aa765d61d8327deb882cf99',
    'pepper:5f4dcc3b',
    'pepper',
    '',
  ])('of %j holds no part that may be a salt', (stored) => {
    expect(hashForm(stored).label).not.toContain('pepper')
  })
})

describe('the cost of a hash', () => {
  it.each([
    [`$2y$10$${rest}`],
    [`$argon2id$v=19$m=47104,t=1,p=1$${rest}`],
    [`$argon2id$v=19$m=7168,t=5,p=1$${rest}`],
    [`$argon2id$v=19$t=2,m=19456,p=4$${rest}`],
    [`scrypt$131072$8$1$${rest}`],
    [`scrypt$16384$Xk3vQ9$8$5$${rest}`],
    [`scrypt:131072:8:1$${rest}`],
    [`$scrypt$ln=17,r=8,p=1$${rest}`],
    [`pbkdf2_sha256$600000$${rest}`],
    [`$pbkdf2-sha512$i=210000,l=32$${rest}`],
    [`$6$rounds=5000$${rest}`],
    ['something of the application’s own'],
  ])('suffices in %s, or is not told', (stored) => {
    expect(costProblem(stored)).toBeUndefined()
  })

  it.each([
    [`$2b$04$${rest}`, 'bcrypt with a cost of 4; at least 10 is advised'],
    [`{CRYPT}$2b$09$${rest}`, 'bcrypt with a cost of 9; at least 10 is advised'],
    [
      `$argon2id$v=19$m=19456,t=1,p=1$${rest}`,
      'Argon2 with 19456 KiB and 1 passes; at least 19456 KiB and 2 are advised',
    ],
    [
      `scrypt$16384$8$1$${rest}`,
      'scrypt with N=16384, r=8, p=1; at least N=131072, r=8, p=1 is advised',
    ],
    [
      `scrypt:32768:8:1$${rest}`,
      'scrypt with N=32768, r=8, p=1; at least N=131072, r=8, p=1 is advised',
    ],
    [
      `$scrypt$ln=16,r=8,p=1$${rest}`,
      'scrypt with N=65536, r=8, p=1; at least N=131072, r=8, p=1 is advised',
    ],
    [
      `pbkdf2_sha256$260000$${rest}`,
      'PBKDF2 with SHA256 and 260000 iterations; at least 600000 are advised',
    ],
    [
      `$pbkdf2$131000$${rest}`,
      'PBKDF2 with SHA1 and 131000 iterations; at least 1300000 are advised',
    ],
    [
      `pbkdf2:sha512:1000$${rest}`,
      'PBKDF2 with SHA512 and 1000 iterations; at least 210000 are advised',
    ],
    [
      `AQAAAAIAAYagAAAAE${'A'.repeat(67)}`,
      'PBKDF2 with SHA512 and 100000 iterations; at least 210000 are advised',
    ],
    [
      '{SSHA}c2FsdHNhbHQ=',
      'a digest without a cost, of which an attacker tries billions in a second',
    ],
  ])('is too low in %s', (stored, problem) => {
    expect(costProblem(stored)).toBe(problem)
  })

  it('is read from what hashers make', async () => {
    const bytes = new TextEncoder().encode('x8fm')
    expect(costProblem(await argon2id()(bytes))).toBeUndefined()
    expect(costProblem(await argon2id({ memoryKib: 8, passes: 1 })(bytes))).toMatch(
      /^Argon2 with 8/,
    )
    expect(costProblem(await hash('x8fm', 4))).toMatch(/^bcrypt with a cost of 4/)
  })
})
