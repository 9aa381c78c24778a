<#
.SYNOPSIS
Has Microsoft's own service copy mailboxes from an IMAP server to Exchange Online.

.DESCRIPTION
One step at a time, in this order; each may be run again without harm:

  -Do Test     reaches the old server from Microsoft's cloud, and looks whether
               every mailbox exists at Exchange Online
  -Do Create   makes the endpoint and the batches; nothing is copied yet
  -Do Start    starts the batches, or those that -Batch names
  -Do Watch    tells in words how far every mailbox is
  -Do End      removes the batches, once that is safe after the MX change

It needs the module ExchangeOnlineManagement and an administrator's sign-in, and
changes nothing but this endpoint and these batches.

.EXAMPLE
.\hand-over.ps1 -Do Test

.EXAMPLE
.\hand-over.ps1 -Do Watch -Every 15

.EXAMPLE
.\hand-over.ps1 -Do End -MxChangedAt '2026-11-28 18:00'
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)]
    [ValidateSet('Test', 'Create', 'Start', 'Watch', 'End')]
    [string] $Do,

    # Names of batches; all of them if none is given.
    [string[]] $Batch = @(),

    # The administrator's sign-in name; asked for if it isn't given.
    [string] $Account = '',

    # Who gets the service's reports by mail.
    [string[]] $NotifyTo = @(),

    # Watch: look again after so many minutes, until nothing is on its way.
    [int] $Every = 0,

    # Watch: save what the service knows of each mailbox in trouble, beside this script.
    [switch] $Details,

    # End: when the domain's MX record was changed, in this computer's time.
    [string] $MxChangedAt = '',

    # End: even though mailboxes are not in order.
    [switch] $DespiteTrouble,

    # Create, Test: let the old server show any certificate. Nobody then checks who
    # reads the passwords on the way.
    [switch] $AcceptUntrustedCertificates
)

Set-StrictMode -Version 1.0
$ErrorActionPreference = 'Stop'

#SETTINGS

# What the service's words mean.
$Words = @{
    'Created'               = 'made, not started'
    'Starting'              = 'is being started'
    'Waiting'               = 'waits for its time'
    'Queued'                = 'waits for its turn'
    'Validating'            = 'the list is being checked'
    'Provisioning'          = 'is being prepared'
    'Syncing'               = 'is being copied for the first time'
    'Synced'                = 'copied; new mail is fetched once a day'
    'SyncedWithErrors'      = 'copied, but some mailboxes are in trouble'
    'IncrementalSyncing'    = 'new mail is being fetched'
    'IncrementalSynced'     = 'copied; new mail is fetched once a day'
    'IncrementalFailed'     = 'copied once, but new mail could not be fetched: look at the error; often the password was changed'
    'IncrementalStopped'    = 'new mail is no longer fetched: start the batch again'
    'Completing'            = 'is being finished'
    'Completed'             = 'finished; no new mail is fetched any more'
    'CompletedWithWarnings' = 'finished, but messages were left out: look which'
    'CompletedWithErrors'   = 'finished, but some mailboxes are in trouble'
    'Stopping'              = 'is being stopped'
    'Stopped'               = 'was stopped: start the batch again'
    'Failed'                = 'failed: look at the error, mend it, and start the batch again'
    'Corrupted'             = 'broken at the service: remove this mailbox from the batch and hand it over in a new one'
    'Removing'              = 'is being removed'
}

# Mailboxes in these states need somebody.
$Trouble = @('Failed', 'IncrementalFailed', 'IncrementalStopped', 'Corrupted', 'Stopped', 'CompletedWithWarnings')

# Mailboxes in these states go on by themselves.
$OnTheWay = @('Queued', 'Waiting', 'Starting', 'Validating', 'Provisioning', 'Syncing', 'IncrementalSyncing', 'Completing', 'Stopping', 'Removing')

function Get-Words([string] $Status) {
    if ($Words.ContainsKey($Status)) { return $Words[$Status] }
    return 'a word of the service that this script does not know'
}

function Connect-Tenant {
    if (-not (Get-Module -ListAvailable -Name ExchangeOnlineManagement)) {
        throw 'The module ExchangeOnlineManagement is missing. Install it: Install-Module ExchangeOnlineManagement -Scope CurrentUser'
    }
    Import-Module ExchangeOnlineManagement
    $connected = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    if ($connected.Count -eq 0) {
        $how = @{ ShowBanner = $false }
        if ($Settings.Environment) { $how.ExchangeEnvironmentName = $Settings.Environment }
        if ($Account) { $how.UserPrincipalName = $Account }
        Connect-ExchangeOnline @how
    }
    $domains = @(Get-AcceptedDomain | ForEach-Object { "$($_.DomainName)" })
    if ($domains -notcontains $Settings.Domain) {
        throw "This tenant does not have the domain $($Settings.Domain). Sign out (Disconnect-ExchangeOnline), and sign in to the right one; or add and verify the domain first."
    }
}

# The batches that were asked for.
function Get-Chosen {
    $known = @($Settings.Batches | ForEach-Object { $_.Name })
    foreach ($name in $Batch) {
        if ($known -notcontains $name) { throw "There is no batch $name. There are: $($known -join ', ')" }
    }
    return @($Settings.Batches | Where-Object { $Batch.Count -eq 0 -or $Batch -contains $_.Name })
}

function Find-Batch([string] $Name) {
    return Get-MigrationBatch | Where-Object { "$($_.Identity)" -eq $Name } | Select-Object -First 1
}

function Find-Endpoint {
    return Get-MigrationEndpoint | Where-Object { "$($_.Identity)" -eq $Settings.Endpoint } | Select-Object -First 1
}

function Get-ListPath($One) {
    return Join-Path -Path $PSScriptRoot -ChildPath $One.File
}

function Test-Source {
    $how = @{ RemoteServer = $Settings.Server; Port = $Settings.Port; Security = $Settings.Security }
    if ($AcceptUntrustedCertificates) { $how.AcceptUntrustedCertificates = $true }
    $answer = Test-MigrationServerAvailability -Imap @how
    if ("$($answer.Result)" -ne 'Success') {
        Write-Host "Microsoft's cloud cannot use the old server $($Settings.Server), port $($Settings.Port)." -ForegroundColor Red
        Write-Host "The service says: $($answer.Message) $($answer.ErrorDetail)"
        throw 'Look whether the firewall lets Microsoft in, whether the name leads to the server from outside, and whether its certificate is of a public authority. Whoever runs the old server can tell.'
    }
    Write-Host "Microsoft's cloud reaches the old server $($Settings.Server), port $($Settings.Port)."
}

# A list names mailboxes that must exist before.
function Test-Mailboxes($One) {
    $path = Get-ListPath $One
    if (-not (Test-Path -LiteralPath $path)) { throw "The list $($One.File) is not beside this script. If it was deleted, export again." }
    $rows = @(Import-Csv -LiteralPath $path -Encoding UTF8)
    if ($rows.Count -ne $One.Mailboxes) { throw "The list $($One.File) has $($rows.Count) mailboxes and should have $($One.Mailboxes). Export again." }
    $missing = @()
    foreach ($row in $rows) {
        try {
            Get-EXOMailbox -Identity $row.EmailAddress -ErrorAction Stop | Out-Null
        } catch {
            if ("$_" -notmatch 'NotFound|be found') { throw }
            $missing += $row.EmailAddress
        }
    }
    if ($missing.Count -gt 0) {
        throw "No mailbox at Exchange Online for: $($missing -join ', '). Give these users a licence and wait until the mailbox is there, or leave them out and export again."
    }
    Write-Host "$($One.Name): all $($rows.Count) mailboxes exist."
}

function New-Endpoint {
    $there = Find-Endpoint
    if ($there) {
        $same = "$($there.RemoteServer)" -eq $Settings.Server -and "$($there.Port)" -eq "$($Settings.Port)" -and "$($there.Security)" -eq $Settings.Security
        if (-not $same) {
            throw "The endpoint $($Settings.Endpoint) exists, but leads to $($there.RemoteServer), port $($there.Port). Remove it first: Remove-MigrationEndpoint -Identity '$($Settings.Endpoint)'"
        }
        Write-Host "The endpoint $($Settings.Endpoint) exists."
        return
    }
    $how = @{
        Name                          = $Settings.Endpoint
        RemoteServer                  = $Settings.Server
        Port                          = $Settings.Port
        Security                      = $Settings.Security
        MaxConcurrentMigrations       = $Settings.MailboxesAtOnce
        MaxConcurrentIncrementalSyncs = $Settings.MailboxesAtOnce
    }
    if ($AcceptUntrustedCertificates) { $how.AcceptUntrustedCertificates = $true }
    New-MigrationEndpoint -IMAP @how | Out-Null
    Write-Host "Made the endpoint $($Settings.Endpoint)."
}

function New-Batch($One) {
    if (Find-Batch $One.Name) {
        Write-Host "The batch $($One.Name) exists."
        return
    }
    Test-Mailboxes $One
    $how = @{
        Name           = $One.Name
        SourceEndpoint = $Settings.Endpoint
        CSVData        = [System.IO.File]::ReadAllBytes((Get-ListPath $One))
    }
    if ($Settings.ExcludeFolders.Count -gt 0) { $how.ExcludeFolders = $Settings.ExcludeFolders }
    if ($Settings.IncludeFolders.Count -gt 0) { $how.IncludeFolders = $Settings.IncludeFolders }
    if ($NotifyTo.Count -gt 0) { $how.NotificationEmails = $NotifyTo }
    New-MigrationBatch @how | Out-Null
    Write-Host "Made the batch $($One.Name) with $($One.Mailboxes) mailboxes."
}

function Start-Batch($One) {
    $there = Find-Batch $One.Name
    if (-not $there) { throw "There is no batch $($One.Name) at the service yet: -Do Create" }
    $status = "$($there.Status)"
    if (@('Created', 'Stopped', 'Failed', 'SyncedWithErrors', 'CompletedWithErrors', 'IncrementalStopped') -contains $status) {
        Start-MigrationBatch -Identity $One.Name
        Write-Host "Started $($One.Name)."
        return
    }
    Write-Host "$($One.Name): $status, $(Get-Words $status). Nothing to start."
}

# The service's times are UTC. Where one does not say so, it is taken as early as
# any zone could make it, so that nothing ends too soon.
function ConvertTo-Utc($Time) {
    if (-not $Time) { return [datetime]::MinValue }
    $t = [datetime] $Time
    if ($t.Kind -eq [System.DateTimeKind]::Local) { return $t.ToUniversalTime() }
    if ($t.Kind -eq [System.DateTimeKind]::Utc -or $t.Year -lt 1900) { return $t }
    return $t.AddHours(-14)
}

function Save-Details($User) {
    $name = "report-$($User.Identity).txt" -replace '[^A-Za-z0-9@._-]', '_'
    $all = Get-MigrationUserStatistics -Identity $User.Identity -IncludeSkippedItems -IncludeReport
    $all | Format-List -Property * | Out-File -LiteralPath (Join-Path -Path $PSScriptRoot -ChildPath $name) -Encoding utf8
    Write-Host "    saved: $name"
}

# Shows one batch, and says whether anything of it is still on its way.
function Show-Batch($One) {
    $there = Find-Batch $One.Name
    if (-not $there) {
        Write-Host "$($One.Name): not at the service (not made yet, or removed)."
        return $false
    }
    $moving = $OnTheWay -contains "$($there.Status)"
    Write-Host ''
    Write-Host "$($One.Name): $($there.Status), $(Get-Words "$($there.Status)")"
    foreach ($user in @(Get-MigrationUser -BatchId $One.Name -ResultSize Unlimited)) {
        $status = "$($user.Status)"
        if ($OnTheWay -contains $status) { $moving = $true }
        Write-Host "  $($user.Identity): $status, $(Get-Words $status)"
        $figures = Get-MigrationUserStatistics -Identity $user.Identity
        Write-Host "    copied $($figures.SyncedItemCount), left out $($figures.SkippedItemCount), last complete look: $($user.LastSuccessfulSyncTime)"
        if ($user.ErrorSummary) { Write-Host "    the service says: $($user.ErrorSummary)" -ForegroundColor Yellow }
        if ($Details -and ($Trouble -contains $status -or $figures.SkippedItemCount -gt 0)) { Save-Details $user }
    }
    return $moving
}

function Watch-Batches {
    do {
        $moving = $false
        foreach ($one in Get-Chosen) {
            if (Show-Batch $one) { $moving = $true }
        }
        if ($moving -and $Every -gt 0) { Start-Sleep -Seconds ($Every * 60) }
    } while ($moving -and $Every -gt 0)
}

# What speaks against removing a batch: mailboxes in trouble, or without a complete
# look after the MX change.
function Get-Objections($One, [datetime] $Changed) {
    $objections = @()
    foreach ($user in @(Get-MigrationUser -BatchId $One.Name -ResultSize Unlimited)) {
        $status = "$($user.Status)"
        if ($Trouble -contains $status) {
            $objections += "$($user.Identity): $status, $(Get-Words $status)"
        } elseif ((ConvertTo-Utc $user.LastSuccessfulSyncTime) -le $Changed) {
            $objections += "$($user.Identity): the service has not looked for new mail since the MX change"
        }
    }
    return $objections
}

function Read-MxChange {
    if (-not $MxChangedAt) { throw "Say when the domain's MX record was changed: -MxChangedAt '2026-11-28 18:00'" }
    $changed = [datetime]::ParseExact($MxChangedAt, 'yyyy-MM-dd HH:mm', [System.Globalization.CultureInfo]::InvariantCulture).ToUniversalTime()
    $hours = ([datetime]::UtcNow - $changed).TotalHours
    if ($hours -lt 0) { throw 'This moment has not come yet.' }
    if ($hours -lt 72) {
        throw "The MX record was changed $([math]::Floor($hours)) hours ago. Mail may go to the old server for 72 hours: wait until $($changed.AddHours(72).ToLocalTime())."
    }
    return $changed
}

function Remove-Batches {
    $changed = Read-MxChange
    foreach ($one in Get-Chosen) {
        if (-not (Find-Batch $one.Name)) {
            Write-Host "$($one.Name): removed already."
            continue
        }
        $objections = @(Get-Objections $one $changed)
        if ($objections.Count -gt 0) {
            Write-Host "$($one.Name): not in order yet." -ForegroundColor Yellow
            $objections | ForEach-Object { Write-Host "  $_" }
            if (-not $DespiteTrouble) {
                Write-Host '  It stays. Mend this first; or, if nothing there is needed, add -DespiteTrouble.'
                continue
            }
        }
        Remove-MigrationBatch -Identity $one.Name
    }
    $left = @($Settings.Batches | Where-Object { Find-Batch $_.Name })
    if ($left.Count -eq 0 -and (Find-Endpoint)) {
        if (@(Get-MigrationBatch).Count -eq 0) {
            Remove-MigrationEndpoint -Identity $Settings.Endpoint
        } else {
            Write-Host "The endpoint $($Settings.Endpoint) stays, for the tenant has other batches."
        }
    }
    Show-Leftovers
}

# The lists hold passwords. The service has read them; nobody needs them any more.
function Show-Leftovers {
    $files = @($Settings.Batches | Where-Object { Test-Path -LiteralPath (Get-ListPath $_) } | ForEach-Object { $_.File })
    if ($files.Count -gt 0) {
        Write-Host "These lists hold passwords. Delete them now: $($files -join ', ')" -ForegroundColor Yellow
    }
}

if ($AcceptUntrustedCertificates) {
    Write-Host 'Any certificate of the old server is taken: nobody checks who reads the passwords on the way.' -ForegroundColor Yellow
}
Connect-Tenant
switch ($Do) {
    'Test' {
        Test-Source
        foreach ($one in Get-Chosen) { Test-Mailboxes $one }
        Write-Host 'Next: -Do Create'
    }
    'Create' {
        New-Endpoint
        foreach ($one in Get-Chosen) { New-Batch $one }
        Show-Leftovers
        Write-Host 'Next: -Do Start'
    }
    'Start' {
        foreach ($one in Get-Chosen) { Start-Batch $one }
        Write-Host 'Next: -Do Watch'
    }
    'Watch' { Watch-Batches }
    'End' { Remove-Batches }
}
