package cli

import "github.com/spf13/cobra"

// topics are pages of help that are no commands.
func topics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "exit-status", Short: "What the exit statuses mean", Long: exitTopic},
		{Use: "environment", Short: "Settings from the environment, and where the passphrase comes from", Long: environmentTopic},
		{Use: "json", Short: "The lines that --json writes", Long: jsonTopic},
	}
}

const exitTopic = `The exit status of every command:

  0    done
  1    failed
  2    the command was written wrongly
  3    finished, but users or messages need attention
  4    a sign-in is needed: a password, the passphrase, or a permission of the
       sign-in is missing or refused
  5    something temporary: run it again
  130  interrupted; run it again to go on

With several users, 4 and 5 are given when nobody got through and all for that
cause; as soon as some did, it is 3.

For mxodus dns, 3 says that records are still to be changed, and 5 that it
couldn't be found out.`

const environmentTopic = `Every flag can be set in the environment: --max-size is MXODUS_MAX_SIZE,
--json is MXODUS_JSON=true. What is written on the command line wins. A list
has ";" between its elements: MXODUS_EXCLUDE="Trash;Junk".

The project's passphrase is taken from the first of these that is there:

  --passphrase-file FILE          its first line
  MXODUS_PASSPHRASE               from the environment
  the system's keyring            once --remember put it there
  a question                      on a terminal, without echo

An administrator's password, when a project is made, likewise:

  --source-admin-password-file, --destination-admin-password-file
  MXODUS_SOURCE_ADMIN_PASSWORD, MXODUS_DESTINATION_ADMIN_PASSWORD
  a question

The client secret of an app that signs in to Microsoft 365 likewise:

  --client-secret-file FILE       its first line
  MXODUS_CLIENT_SECRET            from the environment
  a question

The password of a certificate's file (PFX) likewise:

  --client-certificate-password-file FILE
  MXODUS_CLIENT_CERTIFICATE_PASSWORD
  a question

Others: NO_COLOR (mxodus uses no colour here anyway), TERM=dumb (no redrawing).`

const jsonTopic = `With --json every result is one JSON object a line, on standard output. "type"
says what it is. Sizes are bytes, times RFC 3339, durations seconds. A field
that isn't known is left out. With --progress json, run adds lines of type
progress and user while it works. New fields may be added; these stay:

  project      file, company, domain, source, destination, cut_over,
               cut_over_done, no_read_receipts, users
  candidate    endpoint, title, sure (certain, likely, guess), why, preset,
               greeting, certificate_names, certificate_problem, notes
  tried        address, why
  discovery    domain, mx, notes, candidates (how many)
  check        user, state (ok, warning, failed), source and destination (state,
               host, tls, messages, seconds, fault), messages, bytes, too_big,
               beyond_limit, folders, quota_used, quota_limit, warnings (faults)
  mapping      user, source and destination (lists of names), exists, renamed,
               skip
  estimate     messages, bytes, min_seconds, likely_seconds, max_seconds,
               limited_by
  progress     pass, total, copied, present, skipped, failed, total_bytes,
               copied_bytes, settled_bytes, scanned, messages_per_second,
               bytes_per_second, left_seconds, left_min_seconds,
               left_max_seconds, paused, next_pass
  user         user, state, why, until, folder, total, copied, present, skipped,
               failed, total_bytes, sent
  problem      user, folder, level (attention, bad), count, fault
  left_out     user, folder (list of names), state (skipped, failed), reason,
               reason_text, said, count, bytes
  run          kind, started, finished, interrupted, users, users_failed,
               users_attention, users_waiting, and the counts of progress, sent,
               sent_bytes, flag_changes, flags_dropped, receipts_silenced,
               dates_moved
  folder       user, source and destination (lists of names; destination null
               when it has none), counts (source, copied, present, skipped,
               failed, new, moved, deleted, missing, changed), proof (identity,
               bytes, meaning), proven (bytes, meaning, identity: how many),
               receipts_silenced, dates_moved, error
  message      user, folder (list of names), uid, size, sha256 (of its bytes,
               when they were fetched), outcome (a name of counts), reason, said
  verify       finished, deep, ok, counts, proven, contents_before (what an
               earlier one compared: at, bytes, meaning, differed), users (user,
               state, counts, fault)
  held         holds, new, moved, deleted, differences (user, folder, what, was,
               now, messages (folder, uid, size, date, subject, sha256, outcome,
               reason, text, said))
  report       folder, files, grade (good, attention, bad, unknown), verdict, but
               (what has to be known beside it), messages, digest
  export       folder, files, server, log_in (user, master, exchange, mirapoint,
               root), batches (name, file, users, pilot), stale (lists of an earlier
               export that are left there), warnings (faults)
  status       file, company, domain, source, destination, running (host, pid,
               since), users, on_the_way (messages), last_run (a run)
  event        at, user, level, text, said
  plan         cut_over, moved (the MX is changed), proposal, notes
  task         name, title, state (to come, due, late, done, not needed), on,
               until, all_day, done, why, remedy
  undo         dry_run, removed, modified, gone
  account      user, display_name, source_login, destination_login, user_root,
               left_out, source_password, destination_password (true: is set)
  record       check, title, name, found (values), wanted, verdict (ok, todo,
               wrong, harmful, unknown), why, guess, enter and take_out (host,
               name, record_type, priority, ttl, value, value_with_dot,
               priority_and_value, strings, zone_line), notes, from (server, way,
               status, seconds, ttl, validated, direct, notes)
  spread       domain, zone, at, serial, agree, all_new, direct, offline, safe,
               old_ttl_seconds, changed, safe_after, assumed, next, servers (name,
               kind, address, state, mx, status, way, seconds, serial, behind,
               ttl, expires, since, was, validated, notes), notes
  zone_record  zone_line
  change       what (added, removed, ttl), zone_line, old_ttl
  dns          domain, unicode, zone, cloud, verdict, seconds
  letters      letter, letters (how many), files (relative to the folder);
  passwords    likewise
  delivery     user, letter, fate (sent, would-send, sent-before, uncertain, failed;
               in the list of what went out: sending, sent, failed), way (smtp,
               inbox), at, said, fault
  sign_in_page side, url, code
  signed_in    side, account
  tenant       id, name, country
  licence      id, name, title, seats, used, free, holds_mailbox, active
  domain       name, verified, initial, default, mail
  match        user, left_out, how (none, address, alias, decided, doubtful),
               tenant_user, candidates, enabled, usage_location, licences, mailbox
               (none, off, underway, ready; empty: can't be told)
  tenant_user  tenant_user, display_name, mailbox: nobody of the project
  step         user, make (the sign-in name of a new user), display_name,
               mail_nickname, usage_location, licence, new_login, fault
  step_done    user, tenant_user, made, located, licensed, linked, untried, fault
  mailbox      user, tenant_user, mailbox, sign_in (it opens), fault
  adopted      user, display_name, destination_login, dry_run
  domain_asked domain, verified, initial_domain, fault
  wanted_record for (proof, service), name, record_type, priority, value, ttl,
               service, optional
  setup_step   step, title, why, who, script (true: the script takes it), by_hand
               (do, copy), state (ok, warning: can't be told, failed, waiting: not
               looked at), found, fault
  setup_mailbox
               user, mailbox, state, directory (none, off, underway, ready),
               found, copy (commands), fault
  setup        tenant_id, object_id, done, next (a step), folder, files
  demo         ok, checks (name, ok), seconds
  error        what, do, who, said, code, details (what is wrong, one by one),
               exit; the last line of a command that did not get to its end

A fault is an object with code, what, do, who, said, side, wait_seconds, and the
fingerprint of a certificate that was refused.`
