// PreSignUp: who may sign up, by the domain of the mail address.
// `blocked` names more domains to refuse. Where `allowed` is set, its domains are the only ones that may sign up.

const DISPOSABLE = list(`
  0-mail.com 10minutemail.com 10minutemail.net 20minutemail.com armyspy.com cuvox.de dayrep.com discard.email discardmail.com
  dispostable.com einrot.com emailondeck.com fakeinbox.com fakemail.net fleckens.hu getairmail.com getnada.com grr.la
  guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.net guerrillamail.org guerrillamailblock.com gustr.com
  inboxkitten.com incognitomail.org jetable.org jourrapide.com mailcatch.com maildrop.cc mailinator.com mailnesia.com
  mintemail.com moakt.com mohmal.com mytemp.email rhyta.com sharklasers.com spam4.me superrito.com teleworm.us temp-mail.io
  temp-mail.org tempinbox.com tempmail.com tempr.email throwawaymail.com trashmail.com trashmail.de trashmail.net yopmail.com
  yopmail.fr yopmail.net
`);

// Names between spaces or commas.
function list(text = '') {
  return text.toLowerCase().split(/[\s,]+/).filter(Boolean);
}

// The domain and those above it, since disposable addresses also come as ann@any.mailinator.com.
function withParents(domain) {
  const labels = domain.split('.');
  return labels.map((_, i) => labels.slice(i).join('.'));
}

exports.handler = async (event) => {
  // Administrators know whom they invite.
  if (event.triggerSource === 'PreSignUp_AdminCreateUser') return event;

  const allowed = list(process.env.allowed);
  const email = event.request.userAttributes.email;
  if (!email) {
    if (allowed.length > 0) throw new Error('A mail address is needed to sign up');
    return event;
  }

  const domain = email.slice(email.lastIndexOf('@') + 1).trim().toLowerCase().replace(/\.$/, '');
  const blocked = new Set([...DISPOSABLE, ...list(process.env.blocked)]);
  if (withParents(domain).some((name) => blocked.has(name)) || (allowed.length > 0 && !allowed.includes(domain))) {
    console.info('sign-up refused', { domain });
    throw new Error(`Addresses at ${domain} cannot sign up here`);
  }
  return event;
};
