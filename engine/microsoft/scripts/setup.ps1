<#
{{if .Person}}    {{.Setup}} lets one person of yours open, through mxodus, the mailboxes
    that are named below, at Microsoft 365.
{{else}}    {{.Setup}} lets mxodus open the mailboxes that are named below, at
    Microsoft 365, and no others.
{{end}}
    WHAT IT DOES
      In Microsoft Entra (the tenant's directory):
        1. registers an app, or finds the one that it registered before;
{{- if .Person}}
        2. makes it one that people sign in through: it keeps no secret;
        3. consents for the tenant that whoever signs in through it may use IMAP
           in their own name
{{- if .DirectoryRoles}};
           and, as was asked for, may make users, assign licences and prove
           domains, as far as they are allowed to themselves{{end}}.
      In Exchange Online (the mail):
        4. gives the person who will sign in full access to each mailbox of the
           list;
        5. switches IMAP on
{{- else}}
        2. gives it a way to prove who it is (a client secret, or a certificate);
        3. gives it the permission to use IMAP, and consents for the tenant
{{- if .DirectoryRoles}};
           and, as was asked for, the permissions to make users, assign licences
           and prove domains{{end}}.
      In Exchange Online (the mail):
        4. makes the app known there, with the right object ID;
        5. gives it full access to each mailbox of the list;
        6. switches IMAP on
{{- end}} for those mailboxes where it is off.
      It may be run as often as you like: what is there already stays as it is.
      Run it again after "mxodus microsoft setup" when users have been added.

    WHO CAN RUN IT
      A global administrator of the tenant. Or two people, each a half:
        Entra:     a privileged role administrator     -Part Entra
        Exchange:  an Exchange administrator           -Part Exchange
      The second needs the folder as the first left it.

    HOW TO RUN IT
      Once, in PowerShell, get what it needs from Microsoft:
        Install-Module Microsoft.Graph.Authentication -Scope CurrentUser
        Install-Module Microsoft.Graph.Applications -Scope CurrentUser
{{- if .Person}}
        Install-Module Microsoft.Graph.Identity.SignIns -Scope CurrentUser
{{- end}}
        Install-Module ExchangeOnlineManagement -Scope CurrentUser
      Then, in the folder of this file:
        Windows:        powershell -ExecutionPolicy Bypass -File .\{{.Setup}}
        macOS, Linux:   pwsh ./{{.Setup}}
      A window or browser page opens twice to sign in: for Entra, and for Exchange.
      If the second one fails with words about Microsoft.Identity.Client, the two
      modules don't get on in one window. Then close PowerShell, open it again, and
      run the script with -Part Exchange.

    WHAT IT WRITES, beside this file
      {{.RecordFile}}   what it changed. {{.TakeBack}} needs it.
{{- if .Secret}}
      mxodus-client-secret.txt   the app's client secret. Delete it once mxodus has it.
{{- end}}
#>
#Requires -Version 5.1

param(
    # All, or only one half.
    [ValidateSet('All', 'Entra', 'Exchange')]
    [string] $Part = 'All',
{{- if .Person}}

    # Who will sign in to mxodus: an address of the tenant. It is asked for.
    [string] $Account = '',
{{- end}}
{{- if .Secret}}

    # Make another client secret although there is one: the first was lost.
    [switch] $NewSecret,
{{- end}}

    # Don't ask before anything is changed.
    [switch] $Yes
)

$ErrorActionPreference = 'Stop'

# ---------------------------------------------------------------------------
# Whom it is about. mxodus wrote these values from the project.
# ---------------------------------------------------------------------------

$Tenant = {{q .Tenant}}
$AppName = {{q .AppName}}
$ClientId = {{q .ClientID}}
$GraphEnvironment = {{q .GraphEnvironment}}
$ExchangeEnvironment = {{q .ExchangeEnvironment}}
$ProjectFile = {{q .File}}

# The only mailboxes that {{if .Person}}are opened to whoever signs in{{else}}the app may open{{end}}.
$Mailboxes = @(
{{- range .Mailboxes}}
    {{q .}}
{{- end}}
)

{{if .Person}}# What may be done through the app, in the name of whoever signs in.
{{else}}# What the app may do, by the service that it may do it in.
{{end}}$ExchangeOnline = '00000002-0000-0ff1-ce00-000000000000'
$MicrosoftGraph = '00000003-0000-0000-c000-000000000000'
{{- if .Person}}
$MailScopes = @('IMAP.AccessAsUser.All')
$SignInScopes = @('openid', 'profile', 'offline_access')
$DirectoryScopes = {{list .DirectoryRoles}}
{{- else}}
$MailRoles = @('IMAP.AccessAsApp')
$DirectoryRoles = {{list .DirectoryRoles}}
{{- end}}
{{- if .Certificate}}

# The public part of the app's certificate. Its private key stays in the project.
$CertificateName = {{q .CertificateName}}
$Certificate = {{q .Certificate}}
{{- end}}

$RecordFile = Join-Path $PSScriptRoot '{{.RecordFile}}'
{{if not .Person}}$SecretFile = Join-Path $PSScriptRoot 'mxodus-client-secret.txt'
{{end}}
# ---------------------------------------------------------------------------
# Small helpers.
# ---------------------------------------------------------------------------

function Write-Done([string] $Text) { Write-Host "  done      $Text" }
function Write-Same([string] $Text) { Write-Host "  as it is  $Text" }

# What was changed so far is written down after each change, so that it can be
# taken back even if this script is interrupted.
function Save-Record {
    $Record | ConvertTo-Json | Set-Content -LiteralPath $RecordFile -Encoding UTF8
}

# Whether an error says that there is no such mailbox or person. Any other, such as a
# lost connection or a missing right, says nothing about it.
function Test-NotFound($Failure) {
    $words = "$($Failure.CategoryInfo.Reason) $($Failure.FullyQualifiedErrorId) $($Failure.Exception.Message)"
    return $words -match 'ManagementObjectNotFoundException|object ''.*'' couldn.t be found'
}

# What was just made isn't known everywhere at once: a few tries, 10 seconds apart.
function Invoke-Patiently([scriptblock] $Action, [int] $Tries = 12) {
    for ($n = 1; $true; $n++) {
        try {
            return & $Action
        } catch {
            if ($n -ge $Tries) { throw }
            Write-Host "  not yet   $($_.Exception.Message)"
            Write-Host '            Trying again in 10 seconds. Ctrl+C stops.'
            Start-Sleep -Seconds 10
        }
    }
}

{{if .Secret}}# Makes the file of the secret, empty and for nobody but who runs this, before
# there is a secret: where that can't be, none is made.
function New-SecretFile {
    New-Item -Path $PSScriptRoot -Name 'mxodus-client-secret.txt' -ItemType File -Force | Out-Null
    if ($env:OS -eq 'Windows_NT') {
        $me = [System.Security.Principal.WindowsIdentity]::GetCurrent().User.Value
        & icacls $SecretFile /inheritance:r /grant:r "*${me}:F" | Out-Null
    } else {
        & chmod 600 $SecretFile
    }
    if ($LASTEXITCODE -ne 0) {
        throw 'The file for the client secret can''t be kept from others in this folder. Copy the folder into one of your own, and run this there.'
    }
}

{{end}}{{if .Person}}# Finds what one of Microsoft's services lets people do through an app.
function Find-Scope([string] $ServiceId, [string] $ScopeName) {
    $service = Get-MgServicePrincipal -Filter "appId eq '$ServiceId'"
    if (-not $service) {
        throw "This tenant doesn't have the service that grants $ScopeName. It needs a licence with Exchange Online first."
    }
    $scope = $service.Oauth2PermissionScopes | Where-Object { $_.Value -eq $ScopeName }
    if (-not $scope) { throw "The service doesn't know the permission $ScopeName." }
    [pscustomobject]@{ Name = $ScopeName; ServiceId = $ServiceId; PrincipalId = $service.Id; RoleId = $scope.Id }
}
{{else}}# Finds a permission of one of Microsoft's services.
function Find-Role([string] $ServiceId, [string] $RoleName) {
    $service = Get-MgServicePrincipal -Filter "appId eq '$ServiceId'"
    if (-not $service) {
        throw "This tenant doesn't have the service that grants $RoleName. It needs a licence with Exchange Online first."
    }
    $role = $service.AppRoles | Where-Object { $_.Value -eq $RoleName }
    if (-not $role) { throw "The service doesn't know the permission $RoleName." }
    [pscustomobject]@{ Name = $RoleName; ServiceId = $ServiceId; PrincipalId = $service.Id; RoleId = $role.Id }
}

# The object ID of an entry in Exchange; older modules call it ServiceId.
function Get-EntryId($Entry) {
    if ($Entry.ObjectId) { return "$($Entry.ObjectId)" }
    return "$($Entry.ServiceId)"
}
{{end}}
# A name as it is typed in PowerShell: in double quotes, or in single ones where
# PowerShell would replace something in it.
function Format-Name([string] $Text) {
    if ($Text -match '[$`\u201C-\u201E]') { return "'" + ($Text -replace '([''\u2018-\u201B])', '$1$1') + "'" }
    return '"' + $Text + '"'
}

# ---------------------------------------------------------------------------
# Before anything is changed.
# ---------------------------------------------------------------------------

$needed = @()
if ($Part -ne 'Exchange') { $needed += @('Microsoft.Graph.Authentication', 'Microsoft.Graph.Applications'{{if .Person}}, 'Microsoft.Graph.Identity.SignIns'{{end}}) }
if ($Part -ne 'Entra') { $needed += @('ExchangeOnlineManagement') }
$missing = @($needed | Where-Object { -not (Get-Module -ListAvailable -Name $_) })
if ($missing.Count -gt 0) {
    Write-Host 'Something has to be installed first. Run:'
    foreach ($name in $missing) { Write-Host "  Install-Module $name -Scope CurrentUser" }
    exit 1
}

if (Test-Path -LiteralPath $RecordFile) {
    $Record = Get-Content -LiteralPath $RecordFile -Raw -Encoding UTF8 | ConvertFrom-Json
} else {
    $Record = [pscustomobject]@{
        TenantId = ''; ClientId = ''; ObjectId = ''
{{- if .Person}}
        AppMade = $false; PrincipalMade = $false; Consents = @()
        Account = ''; Granted = @(); ImapSwitchedOn = @()
{{- else}}
        AppMade = $false; PrincipalMade = $false; Roles = @(); SecretId = ''; CertificateName = ''
        Registered = $false; Granted = @(); ImapSwitchedOn = @()
{{- end}}
    }
}

Write-Host ''
{{if .Person}}if (-not $Account) { $Account = $Record.Account }
if (-not $Account -and $Part -ne 'Entra') { $Account = Read-Host 'Who will sign in to mxodus? Type the address' }
if (-not $Account -and $Part -ne 'Entra') { throw 'Somebody must sign in to mxodus: nothing was changed.' }
if ($Record.Account -and $Record.Account -ne $Account -and @($Record.Granted).Count -gt 0) {
    throw "The mailboxes were opened to $($Record.Account) before. Run {{.TakeBack}} first."
}
$who = 'Whoever will sign in'
if ($Account) { $who = $Account }
Write-Host "$who gets access, through the app $AppName, to these mailboxes ($($Mailboxes.Count)):"
{{else}}Write-Host "The app $AppName gets access to these mailboxes ($($Mailboxes.Count)):"
{{end}}foreach ($address in $Mailboxes) { Write-Host "  $address" }
Write-Host 'Nothing else in the tenant is changed.'
if (-not $Yes) {
    $answer = Read-Host 'Type yes to go on'
    if ($answer -ne 'yes') {
        Write-Host 'Nothing was changed.'
        exit 0
    }
}

# ---------------------------------------------------------------------------
# Microsoft Entra: the app, {{if .Person}}and the consent to it{{else}}its key, its permission{{end}}.
# ---------------------------------------------------------------------------

if ($Part -ne 'Exchange') {
    Write-Host ''
    Write-Host 'Microsoft Entra: sign in, and agree to what the page asks.'
    $connect = @{ Scopes = @('Application.ReadWrite.All', {{if .Person}}'DelegatedPermissionGrant.ReadWrite.All'{{else}}'AppRoleAssignment.ReadWrite.All'{{end}}); NoWelcome = $true }
    if ($Tenant) { $connect.TenantId = $Tenant }
    if ($GraphEnvironment) { $connect.Environment = $GraphEnvironment }
    Connect-MgGraph @connect | Out-Null
    $context = Get-MgContext
    if ($Record.TenantId -and $Record.TenantId -ne $context.TenantId) {
        throw "The record beside this script is about the tenant $($Record.TenantId), but you signed in to $($context.TenantId)."
    }
    $Record.TenantId = $context.TenantId
    Write-Host "  signed in to the tenant $($context.TenantId) as $($context.Account)"

    $roles = @()
{{- if .Person}}
    foreach ($name in $MailScopes) { $roles += @(Find-Scope $ExchangeOnline $name) }
    foreach ($name in $SignInScopes + $DirectoryScopes) { $roles += @(Find-Scope $MicrosoftGraph $name) }
{{- else}}
    foreach ($name in $MailRoles) { $roles += @(Find-Role $ExchangeOnline $name) }
    foreach ($name in $DirectoryRoles) { $roles += @(Find-Role $MicrosoftGraph $name) }
{{- end}}

    # 1. The app. The registration is what you see under "App registrations".
    $knownId = $Record.ClientId
    if (-not $knownId) { $knownId = $ClientId.Replace("'", "''") }
    if ($knownId) {
        $apps = @(Get-MgApplication -Filter "appId eq '$knownId'")
        if ($apps.Count -eq 0) {
            throw "This tenant has no app with the client ID $knownId. If it was deleted, delete $RecordFile and run this again."
        }
    } else {
        $name = $AppName.Replace("'", "''")
        $apps = @(Get-MgApplication -Filter "displayName eq '$name'")
        if ($apps.Count -gt 1) {
            throw "There are $($apps.Count) apps of the name $AppName. Delete those that aren't needed, then run this again."
        }
    }
    $listed = @($roles | Group-Object -Property ServiceId | ForEach-Object {
            @{ ResourceAppId = $_.Name; ResourceAccess = @($_.Group | ForEach-Object { @{ Id = $_.RoleId; Type = '{{if .Person}}Scope{{else}}Role{{end}}' } }) }
        })
    if ($apps.Count -eq 1) {
        $app = $apps[0]
        Write-Same "the app $($app.DisplayName), client ID $($app.AppId)"
    } else {
        $app = New-MgApplication -DisplayName $AppName -SignInAudience 'AzureADMyOrg' -RequiredResourceAccess $listed
{{- if .Person}} `
            -PublicClient @{ RedirectUris = @('http://localhost') } -IsFallbackPublicClient
{{- end}}
        $Record.AppMade = $true
        Write-Done "registered the app $AppName, client ID $($app.AppId)"
    }
    $Record.ClientId = $app.AppId
    Save-Record
    $shown = @($app.RequiredResourceAccess | ForEach-Object { $_.ResourceAccess } | ForEach-Object { $_.Id })
    $unlisted = @($roles | Where-Object { $shown -notcontains $_.RoleId })
    if ($Record.AppMade -and $unlisted.Count -gt 0) {
        Update-MgApplication -ApplicationId $app.Id -RequiredResourceAccess $listed
    }

{{if .Person}}    # 2. People sign in through it: with the browser, or with a code.
    if ($app.IsFallbackPublicClient -and @($app.PublicClient.RedirectUris) -contains 'http://localhost') {
        Write-Same 'people may sign in through it'
    } elseif ($Record.AppMade) {
        Update-MgApplication -ApplicationId $app.Id -PublicClient @{ RedirectUris = @('http://localhost') } -IsFallbackPublicClient
        Write-Done 'people may sign in through it'
    } else {
        throw 'People can''t sign in through this app, and this script didn''t make it. In its registration, under Authentication, add the platform Mobile and desktop applications with http://localhost, and allow public client flows.'
    }

    # The enterprise application: what the registration is in this tenant.
{{else}}    # The enterprise application: what the registration is in this tenant. Its
    # object ID, not the registration's, is what Exchange must know.
{{end}}    $principal = Get-MgServicePrincipal -Filter "appId eq '$($app.AppId)'"
    if ($principal) {
        Write-Same "its enterprise application, object ID $($principal.Id)"
    } else {
        $principal = Invoke-Patiently { New-MgServicePrincipal -AppId $app.AppId }
        $Record.PrincipalMade = $true
        Write-Done "made its enterprise application, object ID $($principal.Id)"
    }
    $Record.ObjectId = $principal.Id
    Save-Record

{{if .Person}}    # 3. The tenant's consent, service by service. What was agreed to before stays.
    $given = @(Get-MgServicePrincipalOauth2PermissionGrant -ServicePrincipalId $principal.Id -All | Where-Object { $_.ConsentType -eq 'AllPrincipals' })
    foreach ($service in @($roles | Group-Object -Property PrincipalId)) {
        $wanted = @($service.Group | ForEach-Object { $_.Name })
        $grant = $given | Where-Object { $_.ResourceId -eq $service.Name } | Select-Object -First 1
        $had = @()
        if ($grant) { $had = @("$($grant.Scope)".Split(' ') | Where-Object { $_ }) }
        $lacking = @($wanted | Where-Object { $had -notcontains $_ })
        if ($lacking.Count -eq 0) {
            Write-Same "the consent to $($wanted -join ', ')"
            continue
        }
        $scope = @($had + $lacking) -join ' '
        if ($grant) {
            Update-MgOauth2PermissionGrant -OAuth2PermissionGrantId $grant.Id -Scope $scope
        } else {
            $grant = Invoke-Patiently {
                New-MgOauth2PermissionGrant -ClientId $principal.Id -ConsentType 'AllPrincipals' -ResourceId $service.Name -Scope $scope
            }
        }
        # Its ID, and what it was before.
        $Record.Consents = @($Record.Consents) + "$($grant.Id)|$($had -join ' ')"
        Save-Record
        Write-Done "consented for the tenant to $($lacking -join ', ')"
    }
{{else}}    # 2. How the app proves who it is.
{{- if .Certificate}}
    if (@($app.KeyCredentials | Where-Object { $_.DisplayName -eq $CertificateName }).Count -gt 0) {
        Write-Same 'its certificate'
    } elseif (@($app.KeyCredentials | Where-Object { $_ }).Count -gt 0) {
        throw 'The app has another certificate, which would be replaced. Upload this one by hand: mxodus microsoft setup --by-hand says how.'
    } else {
        $key = @{ Type = 'AsymmetricX509Cert'; Usage = 'Verify'; DisplayName = $CertificateName; Key = [Convert]::FromBase64String($Certificate) }
        Update-MgApplication -ApplicationId $app.Id -KeyCredentials @($key)
        $Record.CertificateName = $CertificateName
        Save-Record
        Write-Done 'uploaded its certificate'
    }
{{- else}}
    $today = Get-Date
    $valid = @($app.PasswordCredentials | Where-Object { $_.DisplayName -eq 'mxodus' -and $_.EndDateTime -gt $today })
    if ($valid.Count -gt 0 -and -not $NewSecret) {
        Write-Same 'its client secret. If nobody has its value any more, run this again with -NewSecret'
    } else {
        New-SecretFile
        $secret = Invoke-Patiently {
            Add-MgApplicationPassword -ApplicationId $app.Id -PasswordCredential @{ DisplayName = 'mxodus'; EndDateTime = $today.AddMonths(6) }
        }
        Set-Content -LiteralPath $SecretFile -Value $secret.SecretText -Encoding Ascii
        $Record.SecretId = "$($secret.KeyId)"
        Save-Record
        Write-Done 'made a client secret, good for six months. Its value is in mxodus-client-secret.txt'
    }
{{- end}}

    # 3. The permission, and the tenant's consent to it: one and the same here.
    $given = @(Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.Id -All)
    foreach ($role in $roles) {
        if (@($given | Where-Object { $_.ResourceId -eq $role.PrincipalId -and $_.AppRoleId -eq $role.RoleId }).Count -gt 0) {
            Write-Same "the permission $($role.Name)"
            continue
        }
        Invoke-Patiently {
            New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.Id -PrincipalId $principal.Id `
                -ResourceId $role.PrincipalId -AppRoleId $role.RoleId
        } | Out-Null
        $Record.Roles = @($Record.Roles) + $role.Name
        Save-Record
        Write-Done "gave it the permission $($role.Name), and consented for the tenant"
    }
{{end}}    Disconnect-MgGraph | Out-Null
}

# ---------------------------------------------------------------------------
# Exchange Online: {{if .Person}}which mailboxes may be opened{{else}}who the app is, and which mailboxes it may open{{end}}.
# ---------------------------------------------------------------------------

$problems = @()
if ($Part -ne 'Entra') {
    if (-not $Record.ObjectId) { throw 'The half in Entra comes first: run this with -Part Entra.' }
    Write-Host ''
    Write-Host 'Exchange Online: sign in once more.'
    $connect = @{ ShowBanner = $false }
    if ($ExchangeEnvironment) { $connect.ExchangeEnvironmentName = $ExchangeEnvironment }
    Connect-ExchangeOnline @connect
    $connection = Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' } | Select-Object -Last 1
    if ($connection.TenantID -and $connection.TenantID -ne $Record.TenantId) {
        throw "You signed in to the tenant $($connection.TenantID), but the app is in $($Record.TenantId)."
    }

{{if .Person}}    # 4. and 5. Mailbox by mailbox. One that fails doesn't stop the others.
    $found = @()
    try {
        $found = @(Get-User -Identity $Account -ErrorAction Stop)
    } catch {
        if (-not (Test-NotFound $_)) { throw }
    }
    if ($found.Count -ne 1) {
        throw "The tenant has nobody called $Account. Nothing was changed in Exchange."
    }
    $Record.Account = $Account
    Save-Record
    $whom = $Account
    $tries = 1
{{else}}    # 4. The app in Exchange. One with a wrong object ID lets nobody in: it is
    # replaced.
    $registered = @(Get-ServicePrincipal | Where-Object { $_.AppId -eq $Record.ClientId })
    foreach ($wrong in @($registered | Where-Object { (Get-EntryId $_) -ne $Record.ObjectId })) {
        Remove-ServicePrincipal -Identity (Get-EntryId $wrong) -Confirm:$false
        Write-Done "removed the app's entry with the wrong object ID $(Get-EntryId $wrong)"
    }
    if (@($registered | Where-Object { (Get-EntryId $_) -eq $Record.ObjectId }).Count -gt 0) {
        Write-Same 'the app is known in Exchange'
    } else {
        Invoke-Patiently {
            New-ServicePrincipal -AppId $Record.ClientId -ObjectId $Record.ObjectId -DisplayName $AppName
        } | Out-Null
        $Record.Registered = $true
        Save-Record
        Write-Done 'made the app known in Exchange'
    }

    # 5. and 6. Mailbox by mailbox. One that fails doesn't stop the others.
    $whom = $Record.ObjectId
    $tries = 12
{{end}}    foreach ($address in $Mailboxes) {
        try {
            $mailbox = @()
            try {
                $mailbox = @(Get-Mailbox -Identity $address -ErrorAction Stop)
            } catch {
                if (-not (Test-NotFound $_)) { throw }
            }
            if ($mailbox.Count -ne 1 -or
                ($mailbox[0].EmailAddresses -notcontains "smtp:$address" -and $mailbox[0].UserPrincipalName -ne $address)) {
                throw 'There is no mailbox with this address. It needs an account with a licence, and then some minutes.'
            }
            # AutoMapping is off: else the mailbox would show up in Outlook.
            # Whom Exchange doesn't know yet has no rights.
            $rights = @()
            try {
                $rights = @(Get-MailboxPermission -Identity $address -User $whom -ErrorAction Stop |
                        Where-Object { $_.AccessRights -contains 'FullAccess' -and -not $_.Deny })
            } catch {
                if (-not (Test-NotFound $_) -and "$($_.Exception.Message)" -notmatch 'couldn.t resolve the user|couldn.t be found|wasn.t found|not found') { throw }
            }
            if ({{if .Person}}$mailbox[0].UserPrincipalName -eq $whom -or {{end}}$rights.Count -gt 0) {
                Write-Same "$address may be opened"
            } else {
                Invoke-Patiently -Tries $tries {
                    Add-MailboxPermission -Identity $address -User $whom -AccessRights FullAccess -AutoMapping $false -Confirm:$false
                } | Out-Null
                if (@($Record.Granted) -notcontains $address) { $Record.Granted = @($Record.Granted) + $address }
                Save-Record
                Write-Done "$address may be opened"
            }
            $tries = 1{{if not .Person}} # Exchange knows the app by now{{end}}
            $access = Get-CASMailbox -Identity $address
            if ($access.ImapEnabled) {
                Write-Same "$address has IMAP switched on"
            } else {
                Set-CASMailbox -Identity $address -ImapEnabled $true
                if (@($Record.ImapSwitchedOn) -notcontains $address) { $Record.ImapSwitchedOn = @($Record.ImapSwitchedOn) + $address }
                Save-Record
                Write-Done "$address had IMAP switched off: it is on now"
            }
        } catch {
            Write-Host "  FAILED    ${address}: $($_.Exception.Message)"
            $problems += $address
        }
    }
    Disconnect-ExchangeOnline -Confirm:$false
}

# ---------------------------------------------------------------------------
# What comes next.
# ---------------------------------------------------------------------------

Write-Host ''
if ($problems.Count -gt 0) {
    Write-Host "Failed: $($problems -join ', '). See above, mend what it says, then run this script again."
}
if ($Part -eq 'Entra') {
    Write-Host 'Now an Exchange administrator runs this script with -Part Exchange, in this folder.'
}
$set = 'mxodus set {0} --tenant {1} --client-id {2}' -f (Format-Name $ProjectFile), $Record.TenantId, $Record.ClientId
{{- if .Secret}}
if (Test-Path -LiteralPath $SecretFile) { $set += ' --client-secret-file {0}' -f (Format-Name $SecretFile) }
{{- end}}
Write-Host 'Run these lines next, in the folder where the project is:'
Write-Host ''
Write-Host "  $set"
{{- if .Person}}
Write-Host ('  mxodus microsoft signin {0}' -f (Format-Name $ProjectFile))
{{- end}}
Write-Host ('  mxodus microsoft check {0}' -f (Format-Name $ProjectFile))
Write-Host ''
{{- if .Secret}}
Write-Host 'Then delete mxodus-client-secret.txt: mxodus keeps the secret sealed.'
{{- end}}
Write-Host 'Exchange may take up to an hour until all of it has taken effect.'
Write-Host 'Keep {{.RecordFile}}: {{.TakeBack}} needs it.'
