package cli

import (
	"context"
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
)

// people brings users in, and mends them, until the person goes on.
func (p *plain) people(ctx context.Context) error {
	for {
		p.command(ctx, "users", p.path)
		now, err := p.file.Project(ctx)
		if err != nil {
			return err
		}
		choices := []choice{{"on", "go on"}, {"add", "type a user in"}, {"paste", "paste rows from a spreadsheet"}, {"import", "read a CSV file"},
			{"password", "set a password"}, {"leave-out", "leave a user out"}, {"take", "take a user in again"}, {"forget", "delete a user"}}
		if now.Destination.Kind == engine.KindMicrosoft365 {
			choices = append(choices, choice{"tenant", "see the tenant's users and licences"})
		}
		do, err := p.pick(ctx, "What now", "Whoever is left out stays in the project but is not moved.", 0, choices...)
		if err != nil || do == "on" {
			return err
		}
		if err := p.changePeople(ctx, now, do); err != nil {
			return err
		}
	}
}

func (p *plain) changePeople(ctx context.Context, now engine.Project, do string) error {
	switch do {
	case "add":
		return p.addUser(ctx, now)
	case "paste":
		return p.pasteUsers(ctx)
	case "tenant":
		p.command(ctx, "microsoft", "users", p.path)
		return nil
	case "import":
		path, err := p.need(ctx, "Path of the file", "users.csv", "The first line names the columns: EmailAddress, UserName, Password and so on.", needed)
		if err == nil {
			p.command(ctx, "users", p.path, "--import="+path)
		}
		return err
	}
	address, err := p.need(ctx, "Address of the user", "", "As it stands in the list.", needed)
	if err != nil {
		return err
	}
	args := []string{"users", p.path, "--" + do + "=" + address}
	if do == "password" {
		side, err := p.pick(ctx, "For which server", "Each user has a password at each.", 0, choice{string(engine.SideSource), "the old one"}, choice{string(engine.SideDestination), "the new one"})
		if err != nil {
			return err
		}
		args = append(args, "--side="+side)
	}
	p.command(ctx, args...)
	return nil
}

// addUser types one user in.
func (p *plain) addUser(ctx context.Context, now engine.Project) error {
	address, err := p.need(ctx, "Address at the new server", "", "As anna@"+engine.Clean(now.Domain, 100)+".", needed)
	if err != nil {
		return err
	}
	name, err := p.ask(ctx, "Name", "", "For letters and reports. May stay empty.")
	if err != nil {
		return err
	}
	login, err := p.ask(ctx, "Log-in name at the old server", address, "Enter alone: the address.")
	if err != nil {
		return err
	}
	columns := []string{"EmailAddress", "DisplayName", "UserName"}
	cells := []string{address, name, login}
	if login == "" {
		cells[2] = address
	}
	for side, column := range map[engine.Side]string{engine.SideSource: "Password", engine.SideDestination: "DestinationPassword"} {
		if e := now.Endpoint(side); e.Admin != "" || e.Kind == engine.KindMicrosoft365 {
			continue
		}
		secret, err := p.askSecret(ctx, "Password at the "+serverWord(side)+" server: ", "password of "+address)
		if err != nil {
			return err
		}
		columns, cells = append(columns, column), append(cells, secret.Reveal())
	}
	for i := range cells {
		cells[i] = `"` + strings.ReplaceAll(cells[i], `"`, `""`) + `"`
	}
	return p.takeRows(ctx, strings.Join(columns, ",")+"\n"+strings.Join(cells, ",")+"\n")
}

// pasteUsers takes rows until an empty line. They hold passwords, and are seen on
// the screen: the person pastes them.
func (p *plain) pasteUsers(ctx context.Context) error {
	p.text("Paste the rows, one for each user, and then press Enter on an empty line. Columns: address, old log-in, old password, new password; or a first line that names them.")
	var rows strings.Builder
	for {
		line, err := p.line(ctx)
		if err != nil {
			return err
		}
		if line == "" {
			break
		}
		rows.WriteString(line + "\n")
	}
	return p.takeRows(ctx, rows.String())
}

// takeRows says what is wrong with rows, and takes those that are right.
func (p *plain) takeRows(ctx context.Context, text string) error {
	table, wrong := engine.OpenUserTable([]byte(text))
	var rows []engine.UserRow
	if table != nil {
		columns, sure := table.Guess()
		if !sure {
			if err := p.askColumns(ctx, table, columns); err != nil {
				return err
			}
		}
		rows, wrong = table.Read(columns)
	}
	for _, w := range wrong {
		p.text(upperFirst(rowError(w)))
	}
	if len(rows) == 0 {
		p.text("Nothing was taken.")
		return nil
	}
	if len(wrong) > 0 {
		ok, err := p.yes(ctx, "Take the "+say.Count(len(rows), "user")+" that are right?", true, "The others can be added later.")
		if err != nil || !ok {
			return err
		}
	}
	v, err := p.unlock(ctx, p.file)
	if err != nil {
		return err
	}
	if _, err := engine.AddUsers(ctx, p.file, v, rows); err != nil {
		return err
	}
	p.text(upperFirst(say.Count(len(rows), "user")) + " taken.")
	return nil
}

// askColumns asks what each column means that isn't known.
func (p *plain) askColumns(ctx context.Context, table *engine.UserTable, columns []string) error {
	choices := []choice{{"", "of no use"}, {"EmailAddress", "the address"}, {"UserName", "the old log-in"}, {"Password", "the old password"},
		{"DestinationUserName", "the new log-in"}, {"DestinationPassword", "the new password"}, {"DisplayName", "the name"}, {"UserRoot", "the folder at the old server"}}
	for i := range columns {
		if columns[i] != "" {
			continue
		}
		meaning, err := p.pick(ctx, "What does "+table.Title(i)+" hold", "Only the address is needed.", 0, choices...)
		if err != nil {
			return err
		}
		columns[i] = meaning
	}
	return nil
}
