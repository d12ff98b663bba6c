// Words for times and shares, in the reader's own manner.

export const moment = (at: string, locale?: string): string =>
  new Date(at).toLocaleString(tag(locale), { dateStyle: 'medium', timeStyle: 'short' });

export const share = (part: number): string => `${Math.round(part * 100)} %`;

// HubSpot writes en_GB where the language of the web writes en-GB; an unknown one is left to the host.
const tag = (locale?: string): string | undefined => {
  const wanted = locale?.replace('_', '-');
  try {
    return wanted ? Intl.getCanonicalLocales(wanted)[0] : undefined;
  } catch {
    return undefined;
  }
};
