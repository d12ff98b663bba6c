import LOCALE from '@salesforce/i18n/locale';
import { LABELS, STEADY_WITHIN } from 'c/attuneLabels';

/** Says whether the reader may see a field: what field security hides is not in the record. */
export function sees(record, field) {
    return record?.fields?.[field.fieldApiName] !== undefined;
}

/** Returns a field's value, null where it is empty or hidden. */
export function valueOf(record, field) {
    return record?.fields?.[field.fieldApiName]?.value ?? null;
}

/** Says whether a wired record is still on its way. */
export function isLoading(wired) {
    return !wired?.data && !wired?.error;
}

/** Returns the notice that stands instead of a card's content: error, no view, nothing there; null where all is well. */
export function instead(wired, field, empty) {
    if (wired?.error) {
        return { variant: 'error', words: LABELS.Error };
    }
    if (!sees(wired?.data, field)) {
        return { variant: 'info', words: LABELS.No_View };
    }
    return empty ? { variant: 'info', words: LABELS.Empty } : null;
}

/** Puts parts into the places {0}, {1} ... of a label. */
export function fill(label, ...parts) {
    return label.replace(/\{(\d)\}/g, (place, digit) => parts[Number(digit)] ?? place);
}

/** Writes a number as the reader's language does. */
export function number(value, places = 1) {
    return new Intl.NumberFormat(LOCALE, { maximumFractionDigits: places }).format(value);
}

/** Writes a day, or with `time` a moment, as the reader's language does. */
export function day(text, time = false) {
    const style = time ? { dateStyle: 'medium', timeStyle: 'short' } : { dateStyle: 'medium', timeZone: 'UTC' };
    return new Intl.DateTimeFormat(LOCALE, style).format(new Date(text));
}

/** Returns rising, falling or steady; null where one of the two values is not known. */
export function direction(before, after) {
    if (before === null || after === null) {
        return null;
    }
    if (Math.abs(after - before) < STEADY_WITHIN) {
        return 'steady';
    }
    return after > before ? 'rising' : 'falling';
}
