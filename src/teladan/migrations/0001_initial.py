import django.db.models.deletion
import django.db.models.functions.text
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('zone', models.CharField(choices=[('Asia/Jakarta', 'WIB'), ('Asia/Makassar', 'WITA'), ('Asia/Jayapura', 'WIT')], default='Asia/Jakarta', max_length=20, verbose_name='time zone')),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.DecimalField(decimal_places=4, max_digits=8)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('theme', models.CharField(blank=True, max_length=200, verbose_name='theme')),
                ('rules', models.JSONField()),
                ('announced_at', models.DateTimeField()),
                ('simulated', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-year', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('year', models.PositiveSmallIntegerField()),
                ('value', models.FloatField(null=True)),
                ('text', models.CharField(blank=True, max_length=60)),
                ('unit', models.CharField(blank=True, max_length=60)),
                ('source', models.TextField()),
                ('uncertain', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Institution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, unique=True)),
                ('kind', models.CharField(choices=[('ministry', 'Ministry'), ('agency', 'Agency'), ('police', 'Police'), ('province', 'Provincial government'), ('regency', 'Regency government'), ('city', 'City government'), ('company', 'State or regional company'), ('university', 'University')], max_length=12)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveBigIntegerField(default=0)),
                ('digest', models.CharField(default='', max_length=64)),
                ('public_seq', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('title_lower', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower('title'), output_field=models.CharField(max_length=200))),
                ('category', models.CharField(blank=True, max_length=60, verbose_name='category')),
                ('begun_at', models.DateTimeField()),
                ('simulated', models.BooleanField(default=False)),
                ('begun_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='teladan.edition')),
            ],
        ),
        migrations.CreateModel(
            name='Endorsement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='endorsement', to='teladan.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('umbrella', models.CharField(blank=True, max_length=200, verbose_name='umbrella theme')),
                ('place', models.CharField(blank=True, max_length=160, verbose_name='place')),
                ('starts', models.DateField(verbose_name='first day')),
                ('ends', models.DateField(verbose_name='last day')),
                ('call_opens', models.DateTimeField(blank=True, null=True)),
                ('call_closes', models.DateTimeField(blank=True, null=True)),
                ('places', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='papers chosen')),
                ('criteria', models.JSONField(blank=True, default=list)),
                ('citation', models.TextField(blank=True)),
                ('uncertain', models.CharField(blank=True, max_length=300)),
                ('simulated', models.BooleanField(default=False)),
                ('chosen_at', models.DateTimeField(blank=True, null=True)),
                ('chosen_despite', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-starts', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='event_ends_after_it_starts', violation_error_message='The last day cannot be before the first.')],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label_id', models.CharField(max_length=120)),
                ('label_en', models.CharField(max_length=120)),
                ('value', models.CharField(max_length=120)),
                ('cohort_year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('citation', models.TextField()),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='teladan.event')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('at', models.DateTimeField(db_index=True)),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('receipt', models.CharField(max_length=24, unique=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='filing', to='teladan.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Innovation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('summary_en', models.TextField(blank=True, verbose_name='summary in English')),
                ('category', models.CharField(blank=True, max_length=60, verbose_name='field of service')),
                ('started', models.DateField(blank=True, null=True, verbose_name='in use since')),
                ('kept', models.TextField(blank=True, verbose_name='what was kept')),
                ('adapted', models.TextField(blank=True, verbose_name='what was adapted')),
                ('left_out', models.TextField(blank=True, verbose_name='what was left out')),
                ('citation', models.TextField(blank=True)),
                ('uncertain', models.CharField(blank=True, max_length=300)),
                ('simulated', models.BooleanField(default=False)),
                ('registered_at', models.DateTimeField()),
                ('registered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replicas', to='teladan.innovation')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='innovations', to='teladan.institution')),
            ],
        ),
        migrations.AddField(
            model_name='entry',
            name='innovation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='teladan.innovation'),
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('adopter', 'The region in need'), ('source', 'The owner of the innovation')], max_length=8)),
                ('note', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('innovation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='teladan.innovation')),
            ],
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=120)),
                ('value', models.DecimalField(blank=True, decimal_places=3, max_digits=18, null=True)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('source', models.TextField(blank=True)),
                ('simulated', models.BooleanField(default=False)),
                ('innovation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='teladan.innovation')),
            ],
        ),
        migrations.CreateModel(
            name='Award',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('unpsa_winner', 'United Nations Public Service Award'), ('unpsa_recognised', 'Recognised by the United Nations Public Service Awards'), ('top9', 'Top 9'), ('top25', 'Top 25'), ('top35', 'Top 35'), ('top40', 'Top 40'), ('top45', 'Top 45'), ('finalis', 'Finalist'), ('finalis_khusus', 'Finalist, special group'), ('top99', 'Top 99'), ('pkri_keberlanjutan', 'Sustainability monitoring, shortlisted'), ('pkri_replikasi', 'Replication monitoring, shortlisted'), ('provinsi_top30', 'Provincial Top 30'), ('kabupaten_top6', 'Regency Top 6'), ('kabupaten_lolos', "Passed the regency's selection"), ('kabupaten_lolos_replikasi', "Passed the regency's selection, replication"), ('lolos_administrasi', 'Passed administration')], max_length=30)),
                ('year', models.PositiveSmallIntegerField()),
                ('citation', models.TextField(blank=True)),
                ('uncertain', models.CharField(blank=True, max_length=300)),
                ('simulated', models.BooleanField(default=False)),
                ('code', models.CharField(blank=True, max_length=24, null=True, unique=True)),
                ('edition', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='teladan.edition')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='teladan.entry')),
                ('innovation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='teladan.innovation')),
            ],
            options={
                'ordering': ['-year', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Cohort',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.CharField(max_length=40, verbose_name='programme')),
                ('number', models.CharField(max_length=20, verbose_name='cohort')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('rules', models.JSONField()),
                ('starts', models.DateField(verbose_name='first day')),
                ('opened_at', models.DateTimeField()),
                ('simulated', models.BooleanField(default=False)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='teladan.institution')),
            ],
            options={
                'ordering': ['-starts', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Booth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=10, verbose_name='number')),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='booths', to='teladan.event')),
                ('innovation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='booths', to='teladan.innovation')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='booths', to='teladan.institution')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Ledger',
            fields=[
                ('seq', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('act', models.CharField(max_length=60)),
                ('about', models.CharField(db_index=True, max_length=60)),
                ('facts', models.JSONField(default=dict)),
                ('public', models.BooleanField(default=False)),
                ('previous', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aspect', models.CharField(max_length=40)),
                ('points', models.DecimalField(decimal_places=2, max_digits=5)),
                ('because', models.TextField()),
                ('ballot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='teladan.ballot')),
            ],
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('theme', models.CharField(choices=[('malaria', 'Malaria'), ('health', 'Health'), ('education', 'Education'), ('poverty', 'Poverty'), ('sanitation', 'Sanitation'), ('water', 'Safe water'), ('work', 'Work'), ('economy', 'Local economy'), ('digital', 'Electronic government'), ('licensing', 'Licences and one-stop services'), ('papers', 'Civil papers'), ('governance', 'Governance')], max_length=30, verbose_name='theme')),
                ('problem', models.TextField(verbose_name='the problem')),
                ('target_group', models.CharField(max_length=200, verbose_name='for whom')),
                ('constraints', models.TextField(blank=True, verbose_name='what must be reckoned with')),
                ('readiness', models.JSONField(blank=True, default=dict)),
                ('wanted', models.PositiveSmallIntegerField(default=1, verbose_name='helpers wanted')),
                ('stated_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_because', models.CharField(blank=True, max_length=300)),
                ('simulated', models.BooleanField(default=False)),
                ('indicator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='needs', to='teladan.indicator')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='teladan.institution')),
                ('stated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('about', models.CharField(blank=True, max_length=60)),
                ('queued_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_because', models.CharField(blank=True, max_length=200)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('theme', models.CharField(choices=[('malaria', 'Malaria'), ('health', 'Health'), ('education', 'Education'), ('poverty', 'Poverty'), ('sanitation', 'Sanitation'), ('water', 'Safe water'), ('work', 'Work'), ('economy', 'Local economy'), ('digital', 'Electronic government'), ('licensing', 'Licences and one-stop services'), ('papers', 'Civil papers'), ('governance', 'Governance')], max_length=30, verbose_name='theme')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('capacity', models.PositiveSmallIntegerField(verbose_name='regions a year')),
                ('conditions', models.TextField(blank=True, verbose_name='what it takes to run it')),
                ('offered_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('simulated', models.BooleanField(default=False)),
                ('innovation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='teladan.innovation')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='teladan.institution')),
                ('offered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hold', 'Hold together'), ('bar', 'Keep apart')], max_length=4)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='teladan.need')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='teladan.offer')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Pairing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('rules', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('report', models.JSONField()),
                ('simulated', models.BooleanField(default=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('abstract', models.TextField(verbose_name='abstract')),
                ('sent_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('simulated', models.BooleanField(default=False)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='teladan.event')),
                ('innovation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='teladan.innovation')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chosen', models.BooleanField()),
                ('place', models.PositiveSmallIntegerField()),
                ('points', models.DecimalField(decimal_places=4, max_digits=8)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='choice', to='teladan.paper')),
            ],
            options={
                'ordering': ['place', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='attendance number')),
                ('enrolled_at', models.DateTimeField()),
                ('coach', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='coached', to=settings.AUTH_USER_MODEL)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='teladan.cohort')),
                ('mentor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentees', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['cohort', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', models.CharField(choices=[('graduated', 'Graduated'), ('postponed', 'Postponed'), ('failed', 'Failed'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('points', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('rounded', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('predicate', models.CharField(blank=True, max_length=60)),
                ('lines', models.JSONField(blank=True, default=list)),
                ('reason', models.TextField(blank=True)),
                ('code', models.CharField(blank=True, max_length=24, null=True, unique=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='outcome', to='teladan.participant')),
            ],
        ),
        migrations.CreateModel(
            name='Guidance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_office', models.CharField(choices=[('unit', 'Service unit'), ('local-admin', 'Local admin'), ('secretariat', 'Secretariat'), ('evaluator', 'Evaluator'), ('panelist', 'Panelist'), ('minister', 'Minister'), ('treasury', 'Treasury'), ('auditor', 'Auditor'), ('matchmaker', 'Matchmaker'), ('host', 'Visit desk'), ('agency', 'Training agency'), ('participant', 'Participant'), ('mentor', 'Mentor'), ('coach', 'Coach'), ('examiner', 'Examiner'), ('organiser', 'Forum organiser'), ('referee', 'Forum referee')], max_length=20)),
                ('day', models.DateField(verbose_name='day')),
                ('mode', models.CharField(choices=[('meeting', 'Meeting'), ('call', 'Call'), ('writing', 'In writing')], max_length=8, verbose_name='how')),
                ('advice', models.TextField(verbose_name='advice')),
                ('agreed', models.TextField(blank=True, verbose_name='what was agreed')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guided', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guidance', to='teladan.participant')),
            ],
            options={
                'ordering': ['-day', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('months', models.PositiveSmallIntegerField()),
                ('voice', models.CharField(choices=[('owner', 'Owner'), ('superior', 'Superior')], max_length=8)),
                ('progress', models.PositiveSmallIntegerField(verbose_name='progress, 1 to 5')),
                ('told', models.TextField(verbose_name='what became of it')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='teladan.participant')),
            ],
            options={
                'ordering': ['months', 'voice'],
            },
        ),
        migrations.CreateModel(
            name='Examiner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seated_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='examines', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='examiners', to='teladan.participant')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Diagnosis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('situation', models.TextField(verbose_name='how it is today')),
                ('causes', models.TextField(verbose_name='why it is so')),
                ('area', models.CharField(max_length=200, verbose_name='area of change')),
                ('written_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='diagnosis', to='teladan.participant')),
            ],
        ),
        migrations.CreateModel(
            name='Pot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.PositiveBigIntegerField()),
                ('floor', models.PositiveBigIntegerField(default=0)),
                ('cap', models.PositiveBigIntegerField(blank=True, null=True)),
                ('divided_at', models.DateTimeField()),
                ('simulated', models.BooleanField(default=False)),
                ('divided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='pot', to='teladan.edition')),
            ],
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weight', models.DecimalField(decimal_places=4, max_digits=12)),
                ('amount', models.PositiveBigIntegerField()),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='teladan.institution')),
                ('pot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='teladan.pot')),
            ],
            options={
                'ordering': ['-amount', 'institution__name'],
            },
        ),
        migrations.CreateModel(
            name='Proclamation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('decree', models.CharField(max_length=120, verbose_name='number of the decree')),
                ('ledger_seq', models.PositiveBigIntegerField()),
                ('ledger_digest', models.CharField(max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='proclamation', to='teladan.edition')),
            ],
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('begun_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField()),
                ('innovation', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='born_of', to='teladan.innovation')),
                ('participant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='project', to='teladan.participant')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='teladan.innovation')),
            ],
        ),
        migrations.AddField(
            model_name='paper',
            name='project',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='teladan.project'),
        ),
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('observed', models.TextField(verbose_name='observed (amati)')),
                ('imitated', models.TextField(blank=True, verbose_name='imitated (tiru)')),
                ('modified', models.TextField(blank=True, verbose_name='modified (modifikasi)')),
                ('why', models.CharField(blank=True, choices=[('regulation', 'Regulation'), ('budget', 'Budget'), ('people', 'Population and geography'), ('digital', 'Digital maturity'), ('culture', 'Culture')], max_length=10, verbose_name='modified because of')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='observations', to='teladan.project')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('horizon', models.CharField(choices=[('short', 'Short term'), ('medium', 'Medium term'), ('long', 'Long term')], max_length=6, verbose_name='term')),
                ('due', models.DateField(verbose_name='until')),
                ('text', models.CharField(max_length=300, verbose_name='what is there by then')),
                ('reached_at', models.DateTimeField(blank=True, null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='teladan.project')),
            ],
            options={
                'ordering': ['due', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.DecimalField(decimal_places=4, max_digits=6)),
                ('terms', models.JSONField()),
                ('replaced_at', models.DateTimeField(blank=True, null=True)),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='teladan.need')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='teladan.offer')),
                ('pairing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='teladan.pairing')),
            ],
            options={
                'ordering': ['-score', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=200, verbose_name='topic')),
                ('starts', models.DateField(verbose_name='from')),
                ('ends', models.DateField(verbose_name='until')),
                ('adopter_role', models.TextField(verbose_name='what the adopter does')),
                ('source_role', models.TextField(verbose_name='what the owner does')),
                ('open_items', models.JSONField(blank=True, default=list)),
                ('at', models.DateTimeField()),
                ('simulated', models.BooleanField(default=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replica', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='teladan.innovation')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='teladan.proposal')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Reader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', models.CharField(choices=[('evaluator', 'Evaluator'), ('panelist', 'Panelist')], max_length=20)),
                ('expertise', models.JSONField(blank=True, default=list)),
                ('pledged_at', models.DateTimeField(blank=True, null=True)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='teladan.edition')),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='teladan.institution')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DeclaredConflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', models.CharField(blank=True, max_length=200)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teladan.institution')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declared', to='teladan.reader')),
            ],
        ),
        migrations.CreateModel(
            name='Reception',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='in force from')),
                ('weekdays', models.CharField(max_length=13, verbose_name='days')),
                ('opens', models.TimeField(verbose_name='from')),
                ('lead_days', models.PositiveSmallIntegerField(verbose_name='working days beforehand')),
                ('group_max', models.PositiveSmallIntegerField(default=100, verbose_name='people in a group, at most')),
                ('groups_a_day', models.PositiveSmallIntegerField(default=1, verbose_name='groups a day, at most')),
                ('overnight', models.BooleanField(default=False, verbose_name='visitors stay the night in the region')),
                ('exempt', models.CharField(blank=True, max_length=60, verbose_name='exempt guests')),
                ('answer_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working days in which requests are answered')),
                ('note', models.TextField(blank=True, verbose_name='what visitors should know')),
                ('citation', models.TextField(blank=True, verbose_name='legal basis or source')),
                ('confirmed', models.BooleanField(default=False)),
                ('simulated', models.BooleanField(default=False)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='teladan.institution')),
            ],
            options={
                'ordering': ['institution', '-since'],
            },
        ),
        migrations.CreateModel(
            name='Referee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referees', to='teladan.event')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refereed', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('criterion', models.CharField(max_length=40)),
                ('points', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='points')),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('at', models.DateTimeField()),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='teladan.paper')),
                ('referee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='teladan.referee')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('code', models.CharField(max_length=5, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('provinsi', 'Province'), ('kabupaten', 'Regency'), ('kota', 'City')], max_length=10)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('province', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='teladan.region')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.AddField(
            model_name='reader',
            name='home_region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='teladan.region'),
        ),
        migrations.AddField(
            model_name='need',
            name='region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='teladan.region'),
        ),
        migrations.AddField(
            model_name='institution',
            name='region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='teladan.region'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='teladan.region'),
        ),
        migrations.CreateModel(
            name='IndexAward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('category', models.CharField(max_length=80)),
                ('rank', models.PositiveSmallIntegerField(null=True)),
                ('score', models.CharField(blank=True, max_length=20)),
                ('citation', models.TextField()),
                ('uncertain', models.CharField(blank=True, max_length=300)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='index_awards', to='teladan.region')),
            ],
            options={
                'ordering': ['-year', 'category'],
            },
        ),
        migrations.AddField(
            model_name='person',
            name='home_region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='teladan.region'),
        ),
        migrations.CreateModel(
            name='Remedial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('reason', models.TextField(verbose_name='reason')),
                ('until', models.DateField(verbose_name='until')),
                ('kept', models.JSONField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remedials', to='teladan.participant')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('adopter', 'The region in need'), ('source', 'The owner of the innovation')], max_length=8)),
                ('accepted', models.BooleanField()),
                ('reason', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='teladan.proposal')),
            ],
        ),
        migrations.CreateModel(
            name='Risk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='what can go wrong')),
                ('likelihood', models.PositiveSmallIntegerField(verbose_name='likelihood, 1 to 5')),
                ('impact', models.PositiveSmallIntegerField(verbose_name='impact, 1 to 5')),
                ('response', models.CharField(max_length=300, verbose_name='what is done about it')),
                ('cost', models.PositiveBigIntegerField(default=0, verbose_name='cost in rupiah')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='risks', to='teladan.project')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='teladan.edition')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('certificate', models.JSONField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='plan', to='teladan.round')),
            ],
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('component', models.CharField(max_length=40)),
                ('points', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='points')),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('at', models.DateTimeField()),
                ('examiner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='teladan.examiner')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Screening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passed', models.BooleanField()),
                ('reasons', models.JSONField(default=list)),
                ('note', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='screening', to='teladan.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('engine', models.CharField(max_length=20)),
                ('inputs', models.JSONField()),
                ('report', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='teladan.round')),
            ],
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='teladan.entry')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='teladan.reader')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='teladan.round')),
            ],
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', models.TextField()),
                ('at', models.DateTimeField()),
                ('seat', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recusal', to='teladan.seat')),
            ],
        ),
        migrations.CreateModel(
            name='Jotting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('marks', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField()),
                ('seat', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='jotting', to='teladan.seat')),
            ],
        ),
        migrations.AddField(
            model_name='ballot',
            name='seat',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ballot', to='teladan.seat'),
        ),
        migrations.CreateModel(
            name='SelfAssessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=40)),
                ('absorbed', models.PositiveSmallIntegerField(verbose_name='absorbed, 1 to 5')),
                ('shown_by', models.TextField(verbose_name='what shows it')),
                ('at', models.DateTimeField()),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='teladan.participant')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Seminar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('design', 'Design seminar'), ('results', 'Results seminar')], max_length=7)),
                ('day', models.DateField(verbose_name='day')),
                ('mentor_came', models.BooleanField(default=False, verbose_name='the mentor was there')),
                ('mentor_wrote', models.TextField(blank=True, verbose_name="the mentor's written support")),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seminars', to='teladan.participant')),
            ],
            options={
                'ordering': ['day', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SendBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('note', models.TextField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='send_backs', to='teladan.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('room', models.CharField(max_length=60, verbose_name='room')),
                ('starts', models.DateTimeField(verbose_name='from')),
                ('ends', models.DateTimeField(verbose_name='until')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='teladan.event')),
            ],
            options={
                'ordering': ['starts', 'room'],
            },
        ),
        migrations.CreateModel(
            name='Stakeholder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='who')),
                ('interest', models.PositiveSmallIntegerField(verbose_name='interest, 1 to 5')),
                ('power', models.PositiveSmallIntegerField(verbose_name='power, 1 to 5')),
                ('approach', models.CharField(blank=True, max_length=300, verbose_name='how they are won')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stakeholders', to='teladan.project')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('raw', models.DecimalField(decimal_places=4, max_digits=8)),
                ('adjusted', models.DecimalField(decimal_places=4, max_digits=8)),
                ('low', models.PositiveIntegerField()),
                ('high', models.PositiveIntegerField()),
                ('chance', models.DecimalField(decimal_places=4, max_digits=5)),
                ('stood', models.BooleanField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='teladan.entry')),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='teladan.seal')),
            ],
            options={
                'ordering': ['place', 'entry_id'],
            },
        ),
        migrations.CreateModel(
            name='Talk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='talk', to='teladan.paper')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='talks', to='teladan.session')),
            ],
            options={
                'ordering': ['session', 'place'],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reads', models.PositiveSmallIntegerField(default=0)),
                ('points', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=12)),
                ('mean', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=8)),
                ('spread', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=8)),
                ('aspects', models.JSONField(default=dict)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tallies', to='teladan.entry')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tallies', to='teladan.round')),
            ],
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='theme')),
                ('uncertain', models.CharField(blank=True, max_length=300)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='themes', to='teladan.event')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subthemes', to='teladan.theme')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='session',
            name='theme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='teladan.theme'),
        ),
        migrations.AddField(
            model_name='paper',
            name='theme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='teladan.theme'),
        ),
        migrations.CreateModel(
            name='TransferStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('understand', 'Understand'), ('adapt', 'Adapt'), ('reuse', 'Re-use')], max_length=10)),
                ('told', models.TextField(verbose_name='what was done')),
                ('at', models.DateTimeField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='teladan.agreement')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='teladan.institution')),
            ],
        ),
        migrations.AddField(
            model_name='participant',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainees', to='teladan.unit'),
        ),
        migrations.CreateModel(
            name='OfficeTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', models.CharField(choices=[('unit', 'Service unit'), ('local-admin', 'Local admin'), ('secretariat', 'Secretariat'), ('evaluator', 'Evaluator'), ('panelist', 'Panelist'), ('minister', 'Minister'), ('treasury', 'Treasury'), ('auditor', 'Auditor'), ('matchmaker', 'Matchmaker'), ('host', 'Visit desk'), ('agency', 'Training agency'), ('participant', 'Participant'), ('mentor', 'Mentor'), ('coach', 'Coach'), ('examiner', 'Examiner'), ('organiser', 'Forum organiser'), ('referee', 'Forum referee')], max_length=20)),
                ('starts', models.DateField()),
                ('ends', models.DateField(blank=True, null=True)),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='teladan.institution')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='teladan.unit')),
            ],
        ),
        migrations.AddField(
            model_name='innovation',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='innovations', to='teladan.unit'),
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closures', to='teladan.institution')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='closures', to='teladan.unit')),
            ],
            options={
                'ordering': ['first'],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visitor_name', models.CharField(max_length=200, verbose_name='visitors')),
                ('topic', models.CharField(blank=True, max_length=200, verbose_name='topic')),
                ('day', models.DateField(blank=True, null=True, verbose_name='day')),
                ('precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year'), ('none', 'unknown')], default='day', max_length=5)),
                ('size', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='people')),
                ('contact', models.CharField(blank=True, max_length=200, verbose_name='contact')),
                ('because', models.TextField(blank=True, verbose_name='why this host')),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('answer_by', models.DateField(blank=True, null=True, verbose_name='answer until')),
                ('answer_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working days in which requests are answered')),
                ('overnight', models.BooleanField(blank=True, null=True, verbose_name='they stay the night in the region')),
                ('guest', models.CharField(blank=True, choices=[('central', 'Central government'), ('foreign', 'Foreign guests'), ('parliament', 'Members of parliament (DPR and DPD)'), ('province', "The host's own province")], max_length=10)),
                ('offices_told', models.TextField(blank=True)),
                ('citation', models.TextField(blank=True)),
                ('uncertain', models.CharField(blank=True, max_length=300)),
                ('simulated', models.BooleanField(default=False)),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits_received', to='teladan.institution')),
                ('innovation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='teladan.innovation')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits_received', to='teladan.region')),
                ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visitor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits_made', to='teladan.institution')),
            ],
            options={
                'ordering': ['-day', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Stop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.TimeField(blank=True, null=True, verbose_name='from')),
                ('about', models.CharField(blank=True, max_length=200, verbose_name='about')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='teladan.unit')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='teladan.visit')),
            ],
            options={
                'ordering': ['starts', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sent', 'Sent'), ('received', 'Received'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('moved', 'Moved to another day'), ('confirmed', 'Confirmed'), ('withdrawn', 'Withdrawn'), ('held', 'Held'), ('reported', 'Reported'), ('closed', 'Closed')], max_length=10)),
                ('day', models.DateField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='teladan.visit')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='question')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('due', models.DateField(blank=True, null=True, verbose_name='answer until')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='teladan.visit')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of_group', models.BooleanField(default=False)),
                ('learned', models.TextField(verbose_name='what was learned')),
                ('at_home', models.TextField(verbose_name='what will be done with it at home')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='teladan.visit')),
            ],
            options={
                'ordering': ['-of_group', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='cohort',
            name='visit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='teladan.visit'),
        ),
        migrations.CreateModel(
            name='Attendee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('came', models.BooleanField(null=True)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendees', to='teladan.visit')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.DateTimeField(verbose_name='from')),
                ('ends', models.DateTimeField(verbose_name='until')),
                ('purpose', models.CharField(max_length=300, verbose_name='what for')),
                ('booked_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_because', models.TextField(blank=True)),
                ('booked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('booth', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='teladan.booth')),
                ('guest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='teladan.institution')),
                ('need', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointment', to='teladan.need')),
                ('visit', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointment', to='teladan.visit')),
            ],
            options={
                'ordering': ['starts', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(db_index=True, max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('note', models.CharField(blank=True, max_length=60)),
                ('kind', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('handed_at', models.DateTimeField()),
                ('handed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('about', 'sha256'), name='a_file_is_attached_once', violation_error_message='This very file is attached already.')],
            },
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('changed', models.JSONField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='teladan.edition')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='amendment_gives_a_reason', violation_error_message='Say why the rules change.')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aspect', models.CharField(max_length=40)),
                ('text', models.TextField(blank=True)),
                ('words', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='teladan.entry')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('entry', 'aspect'), name='one_answer_an_aspect')],
            },
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['edition', 'id'], name='entry_by_edition'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['edition', 'title_lower'], name='entry_by_title'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('edition', 'innovation'), name='an_innovation_enters_an_edition_once', violation_error_message='This innovation has an entry in this edition already.'),
        ),
        migrations.AddConstraint(
            model_name='confirmation',
            constraint=models.UniqueConstraint(fields=('innovation', 'side'), name='each_side_confirms_once'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('value', None), models.Q(('year__isnull', False), models.Q(('source', ''), _negated=True)), _connector='OR'), name='figure_has_year_and_source', violation_error_message='A figure needs its year and its source.'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('edition__isnull', False), models.Q(('citation', ''), _negated=True), _connector='OR'), name='honour_is_proclaimed_or_cited', violation_error_message='An honour from outside names its source.'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(condition=models.Q(('edition__isnull', False)), fields=('innovation', 'edition', 'level'), name='honoured_once_an_edition'),
        ),
        migrations.AddConstraint(
            model_name='booth',
            constraint=models.UniqueConstraint(condition=models.Q(('dropped_at', None)), fields=('event', 'number'), name='booth_numbered_once', violation_error_message='There is a booth of this number.'),
        ),
        migrations.AddIndex(
            model_name='ledger',
            index=models.Index(condition=models.Q(('public', True)), fields=['seq'], name='ledger_public_lines'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(fields=('ballot', 'aspect'), name='one_mark_an_aspect', violation_error_message='This aspect is marked already.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0), ('points__lte', 100)), name='mark_within_scale', violation_error_message='Points run from 0 to 100.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('because', ''), _negated=True), name='mark_gives_a_reason', violation_error_message='Say why: a mark without a reason is void.'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['sent_at', 'dropped_at', 'id'], name='notice_waiting'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('innovation', 'year'), name='offered_once_a_year', violation_error_message='This innovation is offered for this year already.'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__gte', 1), ('capacity__lte', 50)), name='offer_has_capacity'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('need', 'offer'), name='one_override_a_pair', violation_error_message='There is an override for this pair; lift it first.'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='override_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('result', 'graduated'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='outcome_has_a_reason', violation_error_message='Whoever did not graduate is told why.'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.UniqueConstraint(fields=('participant', 'months', 'voice'), name='followed_up_once_a_voice'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(('months__in', [6, 12]), ('progress__gte', 1), ('progress__lte', 5)), name='follow_up_on_the_scale'),
        ),
        migrations.AddConstraint(
            model_name='examiner',
            constraint=models.UniqueConstraint(fields=('participant', 'person'), name='examines_once'),
        ),
        migrations.AddConstraint(
            model_name='pot',
            constraint=models.CheckConstraint(condition=models.Q(('cap', None), ('cap__gte', models.F('floor')), _connector='OR'), name='cap_not_below_floor', violation_error_message='The cap cannot be lower than the floor.'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(fields=('pot', 'institution'), name='one_grant_an_institution'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gt', 0)), name='grant_has_weight'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(fields=('pairing', 'need', 'offer'), name='proposed_once_a_pairing'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='agreement_ends_after_it_starts', violation_error_message='An agreement ends after it starts.'),
        ),
        migrations.AddConstraint(
            model_name='declaredconflict',
            constraint=models.UniqueConstraint(fields=('reader', 'institution'), name='conflict_declared_once'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.UniqueConstraint(fields=('institution', 'since'), name='one_set_of_rules_a_day', violation_error_message='There are rules that begin on this day.'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.CheckConstraint(condition=models.Q(('group_max__gte', 1), ('groups_a_day__gte', 1)), name='reception_receives'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.CheckConstraint(condition=models.Q(('answer_days__isnull', True), ('answer_days__gte', 1), _connector='OR'), name='reception_answers_later_than_at_once'),
        ),
        migrations.AddConstraint(
            model_name='referee',
            constraint=models.UniqueConstraint(fields=('event', 'person'), name='referee_once_an_event'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.UniqueConstraint(fields=('paper', 'referee', 'criterion'), name='judged_once_a_criterion'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0), ('points__lte', 10)), name='judgement_on_the_scale'),
        ),
        migrations.AddConstraint(
            model_name='reader',
            constraint=models.UniqueConstraint(fields=('edition', 'person', 'office'), name='a_reader_is_enlisted_once', violation_error_message='This person reads in this edition already.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('institution', 'theme'), name='one_open_need_a_theme', violation_error_message='Your institution has an open need on this theme.'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('wanted__gte', 1), ('wanted__lte', 5)), name='need_wants_one_to_five'),
        ),
        migrations.AddIndex(
            model_name='indicator',
            index=models.Index(fields=['region', 'name', '-year'], name='indicator_lookup'),
        ),
        migrations.AddConstraint(
            model_name='remedial',
            constraint=models.UniqueConstraint(fields=('participant', 'number'), name='granted_once'),
        ),
        migrations.AddConstraint(
            model_name='remedial',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 2), models.Q(('reason', ''), _negated=True)), name='remedial_follows_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.UniqueConstraint(fields=('proposal', 'side'), name='each_side_answers_once', violation_error_message='Your side has answered this proposal.'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('accepted', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='declined_with_a_reason', violation_error_message='Whoever declines says why.'),
        ),
        migrations.AddConstraint(
            model_name='risk',
            constraint=models.CheckConstraint(condition=models.Q(('impact__gte', 1), ('impact__lte', 5), ('likelihood__gte', 1), ('likelihood__lte', 5)), name='risk_on_the_scale', violation_error_message='Likelihood and impact go from 1 to 5.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.UniqueConstraint(fields=('edition', 'number'), name='round_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.UniqueConstraint(fields=('examiner', 'component'), name='scored_once'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0), ('points__lte', 100)), name='score_on_the_scale'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(fields=['reader', 'round'], name='seat_by_reader'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('round', 'entry', 'reader'), name='seated_once'),
        ),
        migrations.AddConstraint(
            model_name='selfassessment',
            constraint=models.UniqueConstraint(fields=('participant', 'item'), name='assessed_once'),
        ),
        migrations.AddConstraint(
            model_name='selfassessment',
            constraint=models.CheckConstraint(condition=models.Q(('absorbed__gte', 1), ('absorbed__lte', 5)), name='absorbed_on_the_scale'),
        ),
        migrations.AddConstraint(
            model_name='seminar',
            constraint=models.UniqueConstraint(fields=('participant', 'kind'), name='each_seminar_once'),
        ),
        migrations.AddConstraint(
            model_name='seminar',
            constraint=models.CheckConstraint(condition=models.Q(('mentor_came', True), models.Q(('mentor_wrote', ''), _negated=True), _connector='OR'), name='no_seminar_without_the_mentor', violation_error_message='A seminar is not held without the mentor.'),
        ),
        migrations.AddConstraint(
            model_name='stakeholder',
            constraint=models.CheckConstraint(condition=models.Q(('interest__gte', 1), ('interest__lte', 5), ('power__gte', 1), ('power__lte', 5)), name='stakeholder_on_the_scale', violation_error_message='Interest and power go from 1 to 5.'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['seal', 'place'], name='standing_by_place'),
        ),
        migrations.AddConstraint(
            model_name='standing',
            constraint=models.UniqueConstraint(fields=('seal', 'entry'), name='one_standing_a_round'),
        ),
        migrations.AddIndex(
            model_name='tally',
            index=models.Index(fields=['round', '-mean', 'entry'], name='tally_by_mean'),
        ),
        migrations.AddIndex(
            model_name='tally',
            index=models.Index(fields=['round', '-spread', 'entry'], name='tally_by_spread'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(fields=('round', 'entry'), name='one_tally_an_entry'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(fields=('event', 'name'), name='theme_named_once'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='session_ends_after_it_starts', violation_error_message='A session ends after it starts.'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('event', 'author', 'title'), name='paper_sent_once'),
        ),
        migrations.AddConstraint(
            model_name='transferstep',
            constraint=models.UniqueConstraint(fields=('agreement', 'stage'), name='each_stage_once'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(fields=('institution', 'name'), name='unit_named_once'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(fields=('cohort', 'person'), name='enrolled_once'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(fields=('cohort', 'number'), name='numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(('mentor', None), models.Q(('mentor', models.F('person')), _negated=True), _connector='OR'), name='nobody_mentors_themselves'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(('coach', None), models.Q(('coach', models.F('person')), _negated=True), _connector='OR'), name='nobody_coaches_themselves'),
        ),
        migrations.AddIndex(
            model_name='officeterm',
            index=models.Index(fields=['person', 'starts'], name='term_by_person'),
        ),
        migrations.AddConstraint(
            model_name='officeterm',
            constraint=models.CheckConstraint(condition=models.Q(('ends', None), ('ends__gte', models.F('starts')), _connector='OR'), name='term_ends_after_it_starts', violation_error_message='A term cannot end before it starts.'),
        ),
        migrations.AddConstraint(
            model_name='officeterm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('office__in', ['unit', 'local-admin', 'host', 'agency']), _negated=True), ('institution__isnull', False), _connector='OR'), name='local_office_names_its_institution', violation_error_message='This office is held in an institution; name it.'),
        ),
        migrations.AddConstraint(
            model_name='officeterm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('office', 'unit'), _negated=True), ('unit__isnull', False), _connector='OR'), name='unit_office_names_its_unit', violation_error_message='This office is held in a unit; name it.'),
        ),
        migrations.AddIndex(
            model_name='innovation',
            index=models.Index(fields=['institution', 'title'], name='innovation_lookup'),
        ),
        migrations.AddIndex(
            model_name='innovation',
            index=models.Index(condition=models.Q(('simulated', False)), fields=['institution'], name='innovation_real'),
        ),
        migrations.AddConstraint(
            model_name='innovation',
            constraint=models.CheckConstraint(condition=models.Q(('source', None), models.Q(('adapted', ''), _negated=True), _connector='OR'), name='imitation_names_its_modification', violation_error_message='Whoever imitates says what was adapted.'),
        ),
        migrations.AddConstraint(
            model_name='innovation',
            constraint=models.CheckConstraint(condition=models.Q(('source', None), models.Q(('source', models.F('id')), _negated=True), _connector='OR'), name='no_innovation_is_its_own_source', violation_error_message='An innovation cannot be its own source.'),
        ),
        migrations.AddConstraint(
            model_name='closure',
            constraint=models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='closure_ends_after_it_starts', violation_error_message='The last day cannot be before the first.'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['host', 'day'], name='visit_calendar'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['region', '-day'], name='visit_by_region'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('citation', ''), _negated=True), models.Q(('day__isnull', False), ('host__isnull', False), ('sent_at__isnull', False)), _connector='OR'), name='visit_is_asked_for_or_cited'),
        ),
        migrations.AddConstraint(
            model_name='stop',
            constraint=models.UniqueConstraint(fields=('visit', 'unit'), name='each_office_once_a_visit'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(fields=['visit', 'kind'], name='step_of_kind'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['moved', 'confirmed']), _negated=True), fields=('visit', 'kind'), name='each_step_once'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['declined', 'moved']), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='no_and_move_have_a_reason', violation_error_message='Whoever declines or moves a visit says why.'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.UniqueConstraint(fields=('visit', 'by', 'of_group'), name='one_lesson_a_person_and_visit'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.UniqueConstraint(condition=models.Q(('of_group', True)), fields=('visit',), name='one_lesson_of_the_group'),
        ),
        migrations.AddConstraint(
            model_name='cohort',
            constraint=models.UniqueConstraint(fields=('agency', 'programme', 'number', 'year'), name='cohort_numbered_once', violation_error_message='This agency has a cohort of this number.'),
        ),
        migrations.AddConstraint(
            model_name='attendee',
            constraint=models.UniqueConstraint(fields=('visit', 'name'), name='listed_once_a_visit'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='appointment_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at', None), models.Q(('cancelled_because', ''), _negated=True), _connector='OR'), name='appointment_cancelled_with_a_reason'),
        ),
    ]
