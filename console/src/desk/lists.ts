/* The closed lists of the API, in the order in which people read them. A name that the API does not know is a type
 * error; one that the API has and this list lacks is found by test/unit.mjs. */
import type { Category, Measure, Permission, Role, Scope } from '@gen/api'

export const CATEGORIES: Category[] = [
  'extortion',
  'privacy.doxxing',
  'privacy.intimate',
  'terror.propaganda',
  'terror.glorification',
  'incitement.violence',
  'hate',
  'harassment.child',
  'harassment.women',
  'harassment.disability',
  'harassment.family',
  'harassment.abuse',
  'harassment.smear',
  'fabricated.media',
  'network.coordinated',
  'network.resurfaced',
]
export const MEASURES: Measure[] = [
  'none',
  'content.remove',
  'content.disable',
  'content.demote',
  'content.age_restrict',
  'content.restrict_interaction',
  'content.label',
  'account.suspend',
  'account.close',
]
export const ROLES: Role[] = ['analyst', 'reviewer', 'lead', 'officer', 'auditor', 'admin', 'partner']
export const PERMISSIONS: Permission[] = [
  'queue.read',
  'queue.work',
  'item.read',
  'item.submit',
  'media.read',
  'decide',
  'decide.second',
  'reverse',
  'appeal.read',
  'appeal.decide',
  'report.read',
  'case.read',
  'quality.read',
  'quality.manage',
  'policy.read',
  'policy.manage',
  'dashboard.read',
  'audit.read',
  'care.team',
  'people.read',
  'people.manage',
  'keys.manage',
]
export const SCOPES: Scope[] = ['submit', 'read', 'report', 'decide', 'appeal', 'metrics']
export const LANGUAGES = ['ar', 'ar-MA', 'ar-IQ', 'fr', 'en']
