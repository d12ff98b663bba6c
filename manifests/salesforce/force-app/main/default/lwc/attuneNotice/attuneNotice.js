import { LightningElement, api } from 'lwc';

const LOOKS = {
    info: { theme: 'slds-theme_info', icon: 'utility:info' },
    warning: { theme: 'slds-theme_warning', icon: 'utility:warning' },
    error: { theme: 'slds-theme_error', icon: 'utility:error' }
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

    get classes() {
        const plain = 'slds-scoped-notification slds-media slds-media_center slds-var-m-bottom_small';
        return this.variant === 'info' ? `${plain} slds-scoped-notification_light` : `${plain} ${this.look.theme}`;
    }

    get iconVariant() {
        return this.variant === 'error' ? 'inverse' : '';
    }
}
