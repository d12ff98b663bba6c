import { LightningElement, api } from 'lwc';

const PLAIN = 'slds-scoped-notification slds-media slds-media_center slds-var-m-bottom_small';
const LOOKS = {
    info: { classes: `${PLAIN} slds-scoped-notification_light`, icon: 'utility:info', variant: '' },
    warning: { classes: `${PLAIN} slds-scoped-notification_light`, icon: 'utility:warning', variant: 'warning' },
    error: { classes: `${PLAIN} slds-theme_error`, icon: 'utility:error', variant: 'inverse' }
};

/** One sentence about the card itself: empty, out of date, no permission, error. */
export default class AttuneNotice extends LightningElement {
    /** info, warning or error. */
    @api variant = 'info';
    @api words = '';

    get look() {
        return LOOKS[this.variant] ?? LOOKS.info;
    }

    get role() {
        return this.variant === 'error' ? 'alert' : 'status';
    }
}
