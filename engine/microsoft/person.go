package microsoft

import (
	"context"
	"net/url"
	"time"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"

	"mxodus/engine"
)

// personTime is how long a person may take to sign in.
const personTime = 15 * time.Minute

// SignIn has a person sign in, as the endpoint says, and keeps the tokens in the
// vault. It returns the account's name. show is called once, with what the person
// needs; for the browser it opens the page and may fail: the address can be opened
// by hand as well. It waits until the person is done, for a quarter of an hour at
// most, or until ctx ends. Its errors are *engine.Fault.
func SignIn(ctx context.Context, side engine.Side, e engine.Endpoint, v engine.Vault, show func(engine.SignInPage) error) (string, error) {
	return (&signer{side: side, e: e, vault: v}).signIn(ctx, show)
}

// SignInDirectory has a person agree to the reading and changing of the tenant's
// users, licences and domains as well, and is otherwise as SignIn. The person
// must be an administrator of users, and of domains.
func SignInDirectory(ctx context.Context, side engine.Side, e engine.Endpoint, v engine.Vault, show func(engine.SignInPage) error) (string, error) {
	return (&signer{side: side, e: e, vault: v, aim: forDirectory}).signIn(ctx, show)
}

func (s *signer) signIn(ctx context.Context, show func(engine.SignInPage) error) (string, error) {
	cloud, err := s.cloud()
	if err != nil {
		return "", err
	}
	client, err := s.person(cloud, false)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, personTime)
	defer cancel()
	var got public.AuthResult
	if s.e.SignIn == engine.SignInDevice {
		got, err = s.device(ctx, client, cloud, show)
	} else {
		got, err = client.AcquireTokenInteractive(ctx, s.aim.person(cloud), public.WithRedirectURI("http://localhost"), public.WithOpenURL(func(u string) error {
			if !safeURL(u) {
				return errUnreadable
			}
			return show(engine.SignInPage{URL: u})
		}))
	}
	if err != nil {
		return "", s.fault(err, "")
	}
	return engine.Clean(got.Account.PreferredUsername, 200), s.forgetOthers(ctx, client, got.Account)
}

// device shows a code first and waits then (RFC 8628).
func (s *signer) device(ctx context.Context, client public.Client, c Cloud, show func(engine.SignInPage) error) (public.AuthResult, error) {
	code, err := client.AcquireTokenByDeviceCode(ctx, s.aim.person(c))
	if err != nil {
		return public.AuthResult{}, err
	}
	r := code.Result
	if err := show(engine.SignInPage{URL: engine.Clean(r.VerificationURL, 300), Code: engine.Clean(r.UserCode, 40)}); err != nil {
		return public.AuthResult{}, err
	}
	return code.AuthenticationResult(ctx)
}

// forgetOthers leaves one account in the vault: the one whose tokens are used.
func (s *signer) forgetOthers(ctx context.Context, client public.Client, keep public.Account) error {
	accounts, err := client.Accounts(ctx)
	if err != nil {
		return s.fault(err, "")
	}
	for _, a := range accounts {
		if a.HomeAccountID == keep.HomeAccountID {
			continue
		}
		if err := client.RemoveAccount(ctx, a); err != nil {
			return s.fault(err, "")
		}
	}
	return nil
}

// safeURL says that a browser may be sent there.
func safeURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && engine.Clean(s, 0) == s
}
