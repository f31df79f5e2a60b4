// CUSTOM_AUTH without a password: a six-digit code goes to the user, who has three tries. One function for all three triggers.
// It is sent by whatever answers at `DELIVERY_URL`:
//   POST {"to": "ann@example.com", "code": "123456", "link": "https://app.example.com/sign-in?user=ann&code=123456"}
// `link` is there where `LINK_BASE` says what it begins with.

const TRIES = 3;

// What happens next: another try, tokens, or the end.
function define({ request, response }) {
  const tries = request.session;
  response.issueTokens = false;
  response.failAuthentication = false;
  if (tries.some((one) => one.challengeName !== 'CUSTOM_CHALLENGE')) {
    response.failAuthentication = true; // began with a password or something else, which this is not made for
  } else if (tries.at(-1)?.challengeResult === true && !request.userNotFound) {
    response.issueTokens = true;
  } else if (tries.length >= TRIES) {
    response.failAuthentication = true;
  } else {
    response.challengeName = 'CUSTOM_CHALLENGE';
  }
}

// The challenge: a new code at first, then the same one until the tries are used up, so that only one message is sent.
async function create({ userName, request, response }) {
  const { email, phone_number } = request.userAttributes;
  const to = email ?? phone_number;
  if (!to && !request.userNotFound) console.warn(`${userName} has no address to send a code to`);
  let code = request.session.at(-1)?.challengeMetadata?.match(/^CODE-(\d{6})$/)?.[1];
  if (!code) {
    code = String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000).padStart(6, '0');
    // Where there is nobody, nothing is sent and all else is the same, down to the time it takes.
    await Promise.all([to && send(to, code, userName), pause(300)]);
  }
  response.publicChallengeParameters = { address: masked(to ?? userName) };
  response.privateChallengeParameters = { code }; // stays in the server
  response.challengeMetadata = `CODE-${code}`; // comes back in the session at the next try
}

function verify({ request, response }) {
  const { code } = request.privateChallengeParameters;
  response.answerCorrect = !request.userNotFound && request.challengeAnswer.trim() === code;
}

async function send(to, code, user) {
  const base = process.env.LINK_BASE;
  const link = base ? `${base}?${new URLSearchParams({ user, code })}` : null;
  const answer = await fetch(process.env.DELIVERY_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to, code, link }),
  }).catch((error) => error);
  if (!answer.ok) {
    console.error(`${process.env.DELIVERY_URL}:`, answer.status ?? answer);
    throw new Error('The code could not be sent');
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// Tells no more than can be made up for somebody who is not there: a***@***, or +***
function masked(address) {
  return address.startsWith('+') ? '+***' : `${address[0]}***@***`;
}

exports.handler = async (event) => {
  switch (event.triggerSource) {
    case 'DefineAuthChallenge_Authentication':
      define(event);
      break;
    case 'CreateAuthChallenge_Authentication':
      await create(event);
      break;
    case 'VerifyAuthChallengeResponse_Authentication':
      verify(event);
      break;
    default:
      throw new Error(`This function does not answer ${event.triggerSource}`);
  }
  return event;
};
