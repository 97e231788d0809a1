; Setup of the console for Windows 10 and later, from the frozen folder:
;   makensis -DVERSION=1.2.3 -DNUMBERS=1.2.3.0 -DPAYLOAD=dist\frozen\area-console -DOUTFILE=area-console-setup.exe console.nsi
; Windows orders versions by four numbers: NUMBERS is VERSION without what marks a pre-release.
; An upgrade replaces the folder "app" as a whole; settings of people are in their own profiles.
Unicode true
SetCompressor /SOLID lzma
!include MUI2.nsh
!include x64.nsh

!ifndef VERSION | NUMBERS | PAYLOAD | OUTFILE
  !error "give -DVERSION=, -DNUMBERS=, -DPAYLOAD= and -DOUTFILE="
!endif
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\SmartAreaConsole"

Name "Smart Area Console ${VERSION}"
OutFile "${OUTFILE}"
InstallDir "$PROGRAMFILES64\Smart Area Console"
InstallDirRegKey HKLM "${KEY}" "InstallLocation"
RequestExecutionLevel admin
BrandingText "Smart Area Suite"
VIProductVersion "${NUMBERS}"
VIAddVersionKey ProductName "Smart Area Console"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Setup of the Smart Area Console"
VIAddVersionKey LegalCopyright "Apache License 2.0"

!define MUI_ABORTWARNING
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${PAYLOAD}\licences\LICENSE"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\app\area-console.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Japanese"

LangString IN_USE ${LANG_ENGLISH} "The console is running: close it, then try again. Nothing was changed."
LangString IN_USE ${LANG_JAPANESE} "コンソールが起動中です。閉じてから、もう一度実行してください。何も変更していません。"
LangString NOT_WRITTEN ${LANG_ENGLISH} "The files could not be written: make room on the disk, then try again. The version that was there is still there."
LangString NOT_WRITTEN ${LANG_JAPANESE} "ファイルを書き込めませんでした。ディスクの空き容量を確保して、もう一度実行してください。前の版はそのまま残っています。"
LangString NEEDS_64 ${LANG_ENGLISH} "A 64-bit Windows is needed."
LangString NEEDS_64 ${LANG_JAPANESE} "64 ビット版の Windows が必要です。"

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "$(NEEDS_64)" /SD IDOK
    Abort
  ${EndIf}
  SetRegView 64
  ReadRegStr $0 HKLM "${KEY}" "InstallLocation"
  ${If} $0 != ""
    StrCpy $INSTDIR $0
  ${EndIf}
FunctionEnd

Function un.onInit
  SetRegView 64
FunctionEnd

; Silent or not, who called hears of it: by the message, and by exit status 2.
!macro STOP WORDS
  MessageBox MB_ICONSTOP "${WORDS}" /SD IDOK
  SetErrorLevel 2
  Quit
!macroend

; A program that runs holds its file: it can be opened for reading only.
!macro REFUSE_WHILE_RUNNING
  ${If} ${FileExists} "$INSTDIR\app\area-console.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\app\area-console.exe" a
    ${If} ${Errors}
      !insertmacro STOP "$(IN_USE)"
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Section "Console"
  SetShellVarContext all
  !insertmacro REFUSE_WHILE_RUNNING
  ; The new folder is whole before the old one goes.
  RMDir /r "$INSTDIR\app.new"
  SetOutPath "$INSTDIR\app.new"
  ClearErrors
  File /r "${PAYLOAD}\*"
  SetOutPath "$INSTDIR"
  ${If} ${Errors}
    RMDir /r "$INSTDIR\app.new"
    !insertmacro STOP "$(NOT_WRITTEN)"
  ${EndIf}
  RMDir /r "$INSTDIR\app.previous"
  ${If} ${FileExists} "$INSTDIR\app\*"
    ClearErrors
    Rename "$INSTDIR\app" "$INSTDIR\app.previous"
    ${If} ${Errors}
      RMDir /r "$INSTDIR\app.new"
      !insertmacro STOP "$(IN_USE)"
    ${EndIf}
  ${EndIf}
  ClearErrors
  Rename "$INSTDIR\app.new" "$INSTDIR\app"
  ${If} ${Errors}
    Rename "$INSTDIR\app.previous" "$INSTDIR\app"
    !insertmacro STOP "$(NOT_WRITTEN)"
  ${EndIf}
  RMDir /r "$INSTDIR\app.previous"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Smart Area Console.lnk" "$INSTDIR\app\area-console.exe"
  WriteRegStr HKLM "${KEY}" "DisplayName" "Smart Area Console"
  WriteRegStr HKLM "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${KEY}" "Publisher" "Smart Area Suite"
  WriteRegStr HKLM "${KEY}" "DisplayIcon" "$INSTDIR\app\area-console.exe"
  WriteRegStr HKLM "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${KEY}" "NoModify" 1
  WriteRegDWORD HKLM "${KEY}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  SetShellVarContext all
  !insertmacro REFUSE_WHILE_RUNNING
  ; Only what this setup wrote: somebody may have chosen a folder that holds more.
  RMDir /r "$INSTDIR\app"
  RMDir /r "$INSTDIR\app.new"
  RMDir /r "$INSTDIR\app.previous"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Smart Area Console.lnk"
  DeleteRegKey HKLM "${KEY}"
SectionEnd
