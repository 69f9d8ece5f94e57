import { describe, expect, it } from 'vitest'
import { sessionCookie } from './cookie.ts'

describe('sessionCookie', () => {
  it('is out of reach of scripts and of other sites', () => {
    expect(sessionCookie('operator', { secure: false }).issue('t0ken')).toBe(
      'operator=t0ken; Path=/; HttpOnly; SameSite=Strict',
    )
  })

  it('is bound to this host and to TLS when there is TLS', () => {
    expect(sessionCookie('operator', { secure: true }).issue('t0ken')).toBe(
      '__Host-operator=t0ken; Path=/; HttpOnly; SameSite=Strict; Secure',
    )
  })

  it('is kept for as long as it is asked to be', () => {
    const cookie = sessionCookie('operator', { secure: false, maxAgeSeconds: 60 })
    expect(cookie.issue('t0ken')).toBe(
      'operator=t0ken; Path=/; HttpOnly; SameSite=Strict; Max-Age=60',
    )
    expect(cookie.clear()).toBe('operator=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0')
  })

  it('is found among others, by its whole name', () => {
    const cookie = sessionCookie('operator', { secure: false })
    expect(cookie.read('a=1; not_operator=2; operator=3; operator_2=4')).toBe('3')
    expect(cookie.read('not_operator=2')).toBeUndefined()
    expect(cookie.read(undefined)).toBeUndefined()
  })

  it('does not take a cookie that a plain connection could have planted', () => {
    expect(sessionCookie('operator', { secure: true }).read('operator=3')).toBeUndefined()
  })
})
