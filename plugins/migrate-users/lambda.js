// UserMigration: takes users over from another system, each at the first sign-in or when the password is forgotten.
// The other system is asked over HTTP, at the address in `URL`, with `API_TOKEN` as bearer token:
//   POST /authenticate {"username", "password"}   200 {"attributes": {"email", ..}}; 401 wrong password; 404 unknown user
//   POST /lookup       {"username"}               200 the same; 404 unknown user

async function ask(path, question) {
  const headers = { 'content-type': 'application/json' };
  if (process.env.API_TOKEN) headers.authorization = `Bearer ${process.env.API_TOKEN}`;
  const url = process.env.URL.replace(/\/+$/, '') + path;
  let answer;
  try {
    answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(question) });
  } catch (error) {
    console.error(`${url} cannot be reached:`, error);
    throw new Error('The user directory cannot be reached');
  }
  if (answer.status === 401) throw new Error('Bad password');
  if (answer.status === 404) throw new Error('Unknown user');
  if (answer.status !== 200) {
    console.error(`${url} answered ${answer.status}`);
    throw new Error('The user directory does not work');
  }
  return (await answer.json()).attributes;
}

function find({ triggerSource, userName: username, request }) {
  switch (triggerSource) {
    case 'UserMigration_Authentication':
      return ask('/authenticate', { username, password: request.password });
    case 'UserMigration_ForgotPassword':
      return ask('/lookup', { username });
    default:
      throw new Error(`This function does not answer ${triggerSource}`);
  }
}

exports.handler = async (event) => {
  const found = await find(event);
  event.response.userAttributes = found;
  // The other system's word for it. A code for a forgotten password goes to verified addresses only.
  if (found.email) found.email_verified = 'true';
  // Without this the user would have to set a new password, although the old one was right just now.
  event.response.finalUserStatus = 'CONFIRMED';
  // No welcome message: the user has long been here.
  event.response.messageAction = 'SUPPRESS';
  return event;
};
